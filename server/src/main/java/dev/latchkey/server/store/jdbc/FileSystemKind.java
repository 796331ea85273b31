package dev.latchkey.server.store.jdbc;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;

/**
 * Whether a file lies on a disk of this machine. A network file system may lose what it was told to keep, its locks may
 * keep nobody away, and SQLite's write-ahead log needs memory that all who have the file open share.
 */
final class FileSystemKind {
    /** As systems call them; those in user space have {@code fuse.} before their name. */
    private static final Set<String> REMOTE = Set.of(
            "nfs",
            "nfs4",
            "cifs",
            "smb",
            "smb2",
            "smb3",
            "smbfs",
            "9p",
            "afs",
            "afpfs",
            "coda",
            "ceph",
            "lustre",
            "gfs",
            "gfs2",
            "ocfs2",
            "gpfs",
            "beegfs",
            "orangefs",
            "pvfs2",
            "ncpfs",
            "davfs",
            "davfs2",
            "webdav",
            "sshfs",
            "glusterfs",
            "s3fs",
            "gcsfuse",
            "rclone",
            "goofys",
            "juicefs",
            "curlftpfs",
            "moosefs",
            "mfs",
            "ceph-fuse",
            "vboxsf",
            "prl_fs",
            "vmhgfs-fuse",
            "grpcfuse",
            "osxfs");

    private static final String IN_USER_SPACE = "fuse.";

    private FileSystemKind() {}

    /** False also where the system does not say: not every container lists what is mounted in it. */
    static boolean isRemote(Path file) {
        try {
            return isRemote(Files.getFileStore(file).type());
        } catch (IOException unknown) {
            return false;
        }
    }

    /** @param type as the system calls it, such as {@code ext4} or {@code fuse.sshfs} */
    static boolean isRemote(String type) {
        String name = type.toLowerCase(Locale.ROOT);
        return REMOTE.contains(name.startsWith(IN_USER_SPACE) ? name.substring(IN_USER_SPACE.length()) : name);
    }
}
