//! File systems whose locks do not hold between machines: neither a ledger nor a sweep can rely on
//! them there.

use std::path::Path;

/// Magic numbers of `statfs(2)` and the names people know.
const NETWORK: [(u32, &str); 20] = [
    (0x0000_6969, "NFS"),
    (0x0000_517b, "SMB"),
    (0xff53_4d42, "CIFS"),
    (0xfe53_4d42, "SMB2"),
    (0x0102_1997, "9p"),
    (0x6573_5546, "FUSE"),
    (0x00c3_6400, "Ceph"),
    (0x5346_414f, "AFS"),
    (0x6b41_4653, "AFS"),
    (0x7375_7245, "Coda"),
    (0x0000_564c, "NCP"),
    (0x7461_636f, "OCFS2"),
    (0x0116_1970, "GFS2"),
    (0x0bd0_0bd0, "Lustre"),
    (0x4750_4653, "GPFS"),
    (0x1983_0326, "BeeGFS"),
    (0x2003_0528, "OrangeFS"),
    (0x786f_4256, "VirtualBox shared folder"),
    (0xbacb_acbc, "VMware shared folder"),
    (0x7c7c_6673, "Parallels shared folder"),
];

/// The name of a network file system by its magic number.
fn named(magic: u32) -> Option<&'static str> {
    NETWORK.iter().find(|(number, _)| *number == magic).map(|(_, name)| *name)
}

/// The name of the network file system a path lies on; `None` for a local one.
#[cfg(target_os = "linux")]
pub(crate) fn of(path: &Path) -> std::io::Result<Option<&'static str>> {
    let magic = rustix::fs::statfs(path)?.f_type;
    // The kernel's numbers have 32 bits; the field is wider, and signed, on some machines.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the number is its low 32 bits"
    )]
    Ok(named(magic as u32))
}

/// Elsewhere file systems have no numbers to go by.
#[cfg(not(target_os = "linux"))]
pub(crate) fn of(_path: &Path) -> std::io::Result<Option<&'static str>> {
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::{NETWORK, named, of};

    #[test]
    fn network_file_systems_are_known_by_name() {
        assert_eq!(named(0x6969), Some("NFS"));
        assert_eq!(named(0xff53_4d42), Some("CIFS"));
        assert_eq!(named(0x0102_1997), Some("9p"));
        assert_eq!(named(0x6573_5546), Some("FUSE"));
        assert_eq!(named(0x00c3_6400), Some("Ceph"));
    }

    #[test]
    fn local_file_systems_are_welcome() {
        for local in [
            0xef53,      /* ext4 */
            0x5846_5342, /* XFS */
            0x9123_683e, /* btrfs */
            0x0102_1994, /* tmpfs */
        ] {
            assert_eq!(named(local), None, "{local:#x}");
        }
        assert_eq!(of(std::path::Path::new("/proc")).expect("/proc can be asked"), None);
    }

    #[test]
    fn no_number_stands_twice() {
        let mut numbers = NETWORK.map(|(number, _)| number).to_vec();
        numbers.sort_unstable();
        numbers.dedup();
        assert_eq!(numbers.len(), NETWORK.len());
    }
}
