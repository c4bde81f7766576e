//! A digest of a text: whether two people have the same one.
//!
//! It says that nothing was changed by chance or unseen; who wrote a text is said by a signature, which it
//! is not.

use std::fmt;

use ring::digest::{SHA256, digest};

/// SHA-256 of a text (FIPS 180-4).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest([u8; 32]);

impl Digest {
    /// Of bytes as they are.
    #[must_use]
    pub fn of_bytes(bytes: &[u8]) -> Self {
        let mut sum = [0; 32];
        sum.copy_from_slice(digest(&SHA256, bytes).as_ref());
        Self(sum)
    }

    /// Of a text, whatever its line ends: a checkout may have given it others.
    ///
    /// ```
    /// # use portal_conformance::digest::Digest;
    /// assert_eq!(Digest::of_text("a\r\nb"), Digest::of_text("a\nb"));
    /// assert_ne!(Digest::of_text("a b"), Digest::of_text("a\nb"));
    /// ```
    #[must_use]
    pub fn of_text(text: &str) -> Self {
        Self::of_bytes(text.replace("\r\n", "\n").as_bytes())
    }

    /// Of several, in their order: of the text that has each in a line of its own.
    #[must_use]
    pub fn of_all<'a>(digests: impl IntoIterator<Item = &'a Self>) -> Self {
        Self::of_lines(digests)
    }

    /// The same of several that are written.
    #[must_use]
    pub fn of_lines(digests: impl IntoIterator<Item = impl fmt::Display>) -> Self {
        let lines = digests.into_iter().map(|digest| format!("{digest}\n"));
        Self::of_bytes(lines.collect::<String>().as_bytes())
    }
}

/// FNV-1a of 64 bits: the same on every machine and in every version. It tells texts apart that nobody made to
/// look alike.
#[must_use]
pub fn fnv(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |sum: u64, byte| {
        (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("sha256:")?;
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The second example of NIST's for SHA-256 of one block, and that of no bytes.
    #[test]
    fn it_is_what_other_programs_compute() {
        assert_eq!(
            Digest::of_text("abc").to_string(),
            "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
        assert_eq!(
            Digest::of_all([]).to_string(),
            "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
    }
}
