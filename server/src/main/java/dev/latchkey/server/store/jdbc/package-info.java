/**
 * The stores' SQL: one class a table or group of tables, over Jdbi. Values are sealed and opened here, so that nothing
 * above ever sees what they look like at rest.
 */
package dev.latchkey.server.store.jdbc;
