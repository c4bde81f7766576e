//! How a body is compressed, as its first bytes say.

/// How a body is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Compression {
    /// RFC 1952.
    Gzip,
    /// RFC 1950, which HTTP calls `deflate`.
    Zlib,
    /// RFC 8878.
    Zstd,
}

impl Compression {
    /// What the first bytes of a body that is no text say.
    pub(crate) fn of(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [0x1f, 0x8b, 0x08, ..] => Some(Self::Gzip),
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Some(Self::Zstd),
            // The window of all compressors, and a sum that is a multiple of 31.
            [0x78, level, ..] if u16::from_be_bytes([0x78, *level]).is_multiple_of(31) => {
                Some(Self::Zlib)
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_compressed_body_is_known_by_its_first_bytes() {
        for (bytes, expected) in [
            (&[0x1f, 0x8b, 0x08, 0][..], Some(Compression::Gzip)),
            (&[0x28, 0xb5, 0x2f, 0xfd, 1], Some(Compression::Zstd)),
            (&[0x78, 0x9c, 1], Some(Compression::Zlib)),
            (&[0x78, 0x01], Some(Compression::Zlib)),
            (&[0x78, 0x9d, 1], None),
            (&[0x78], None),
            (&[0xff, 0xfe], None),
            (&[], None),
        ] {
            assert_eq!(Compression::of(bytes), expected, "{bytes:?}");
        }
    }
}
