package dev.latchkey.e2e;

import com.sun.jdi.Bootstrap;
import com.sun.jdi.Method;
import com.sun.jdi.ReferenceType;
import com.sun.jdi.VMDisconnectedException;
import com.sun.jdi.VirtualMachine;
import com.sun.jdi.connect.AttachingConnector;
import com.sun.jdi.connect.Connector;
import com.sun.jdi.connect.IllegalConnectorArgumentsException;
import com.sun.jdi.event.BreakpointEvent;
import com.sun.jdi.event.Event;
import com.sun.jdi.event.EventSet;
import com.sun.jdi.request.BreakpointRequest;
import com.sun.jdi.request.EventRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Holds another process still where it enters a method, so that it can be killed exactly there. The debugger's interface
 * does it: nothing in the program knows of it, and a place that no longer exists is an error.
 */
final class StopPoints implements AutoCloseable {
    /** For the command line of the process. */
    static final String OPTION = "-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=127.0.0.1:0";

    /** Stands before the port in the output of the process. */
    static final String LISTENING = "Listening for transport dt_socket at address: ";

    private static final long POLL_MILLIS = 20;

    private final VirtualMachine machine;
    private final List<BreakpointRequest> requests = new ArrayList<>();
    private final List<Place> passed = new ArrayList<>();

    private StopPoints(VirtualMachine machine) {
        this.machine = machine;
    }

    /** Where a process is held: whenever it enters a method of this name in a class of this name. */
    record Place(String className, String method) {
        @Override
        public String toString() {
            return className.substring(className.lastIndexOf('.') + 1) + "." + method;
        }
    }

    static StopPoints attach(String port) throws IOException, IllegalConnectorArgumentsException {
        AttachingConnector sockets = Bootstrap.virtualMachineManager().attachingConnectors().stream()
                .filter(connector -> connector.transport().name().equals("dt_socket"))
                .findAny()
                .orElseThrow();
        Map<String, Connector.Argument> arguments = sockets.defaultArguments();
        arguments.get("hostname").setValue("127.0.0.1");
        arguments.get("port").setValue(port);
        return new StopPoints(sockets.attach(arguments));
    }

    /** Holds it at these places from now on; their classes must be loaded. */
    void arm(List<Place> places) {
        for (Place place : places) {
            List<Method> methods = machine.classesByName(place.className()).stream()
                    .map(type -> methods(type, place.method()))
                    .flatMap(List::stream)
                    .toList();
            if (methods.isEmpty()) {
                throw new AssertionError("no method " + place + " is loaded there");
            }
            for (Method method : methods) {
                BreakpointRequest request = machine.eventRequestManager().createBreakpointRequest(method.location());
                request.setSuspendPolicy(EventRequest.SUSPEND_ALL);
                request.putProperty(Place.class, place);
                request.enable();
                requests.add(request);
            }
        }
    }

    private static List<Method> methods(ReferenceType type, String name) {
        return type.methodsByName(name).stream()
                .filter(method -> !method.isAbstract() && !method.isNative() && !method.isBridge())
                .toList();
    }

    /**
     * Lets the process go on until it has come to {@code number} places, and holds it there.
     *
     * @param isOver whether there is nothing more to wait for
     * @return where it is held; empty if it was over before
     */
    Optional<Place> hold(int number, BooleanSupplier isOver) throws InterruptedException {
        passed.clear();
        try {
            return run(number, isOver);
        } catch (VMDisconnectedException e) {
            // It ended by itself.
            return Optional.empty();
        }
    }

    private Optional<Place> run(int number, BooleanSupplier isOver) throws InterruptedException {
        while (true) {
            EventSet events = machine.eventQueue().remove(POLL_MILLIS);
            if (events == null) {
                if (isOver.getAsBoolean()) {
                    return Optional.empty();
                }
                continue;
            }
            for (Event event : events) {
                if (event instanceof BreakpointEvent) {
                    Place place = (Place) event.request().getProperty(Place.class);
                    passed.add(place);
                    if (passed.size() == number) {
                        return Optional.of(place);
                    }
                }
            }
            events.resume();
        }
    }

    /** The places it has come to since {@link #hold} was called, in order. */
    List<Place> passed() {
        return List.copyOf(passed);
    }

    /** Holds it nowhere any more. */
    void disarm() {
        requests.forEach(EventRequest::disable);
        requests.clear();
    }

    @Override
    public void close() {
        try {
            machine.dispose();
        } catch (VMDisconnectedException e) {
            // It was killed, which is what it is here for.
        }
    }
}
