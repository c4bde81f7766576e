//! Content codings (RFC 9110, 8.4.1): names in any letter case, `x-gzip` as `gzip`, several in a row.

use std::borrow::Cow;
use std::io::{self, Read};

use flate2::read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};

use crate::client::FailureKind;

/// What a request says that it takes.
pub(super) const ACCEPT_ENCODING: &str = "gzip, br, deflate";

/// Undoes the codings of a body, the last one first.
///
/// `limit` bounds each step, so that a small body cannot become a large one unnoticed.
///
/// # Errors
///
/// [`FailureKind::Encoding`] for an unknown coding or a body that is not coded so,
/// [`FailureKind::TooLarge`] past the limit; each with words for it.
pub(super) fn decode(
    codings: &[String],
    body: &[u8],
    limit: usize,
) -> Result<Vec<u8>, (FailureKind, String)> {
    let mut body = Cow::Borrowed(body);
    let names: Vec<String> = names(codings).collect();
    for name in names.iter().rev() {
        // A body of nothing is nothing in every coding.
        if body.is_empty() {
            break;
        }
        let decoded = match name.as_str() {
            "gzip" | "x-gzip" => read(name, MultiGzDecoder::new(&*body), limit)?,
            "br" => read(name, brotli::Decompressor::new(&*body, 4096), limit)?,
            // The name means zlib, but many senders leave its wrapper out.
            "deflate" if is_zlib(&body) => read(name, ZlibDecoder::new(&*body), limit)?,
            "deflate" => read(name, DeflateDecoder::new(&*body), limit)?,
            other => {
                return Err((FailureKind::Encoding, unasked(other)));
            }
        };
        body = Cow::Owned(decoded);
    }
    Ok(body.into_owned())
}

/// What a message says of a coding that is not undone; a header may hold anything, so only registered
/// names (the IANA registry of content codings) are shown.
fn unasked(name: &str) -> String {
    const REGISTERED: [&str; 8] = [
        "aes128gcm",
        "compress",
        "dcb",
        "dcz",
        "exi",
        "pack200-gzip",
        "x-compress",
        "zstd",
    ];
    match REGISTERED.iter().find(|known| **known == name) {
        Some(known) => format!("the coding `{known}` was not asked for"),
        None => "its Content-Encoding names what is no coding".to_owned(),
    }
}

/// Whether a body is other bytes than those sent.
pub(super) fn is_coded(codings: &[String]) -> bool {
    names(codings).next().is_some()
}

/// The names of the codings in the order in which they were applied, without those that do nothing.
fn names(codings: &[String]) -> impl Iterator<Item = String> {
    let names = codings.iter().flat_map(|header| header.split(','));
    let names = names.map(|name| name.trim().to_lowercase());
    names.filter(|name| !name.is_empty() && name != "identity")
}

fn read(name: &str, decoder: impl Read, limit: usize) -> Result<Vec<u8>, (FailureKind, String)> {
    let mut body = Vec::new();
    let most = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    match decoder.take(most).read_to_end(&mut body) {
        Ok(_) if body.len() > limit => Err((FailureKind::TooLarge, too_many(limit))),
        Ok(_) => Ok(body),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
            Err((FailureKind::Encoding, format!("{name} that ends early")))
        }
        Err(_) => Err((FailureKind::Encoding, format!("no {name}"))),
    }
}

/// Whether a body starts as RFC 1950 says: deflate, and a check that is a multiple of 31.
fn is_zlib(body: &[u8]) -> bool {
    matches!(body, [first, second, ..]
        if first & 0x0f == 8 && (u16::from(*first) * 256 + u16::from(*second)) % 31 == 0)
}

/// What is said of a body past the limit.
pub(super) fn too_many(limit: usize) -> String {
    format!("more than {limit} bytes")
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use std::io::Write;

    fn gzip(text: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    fn decoded(codings: &[&str], body: impl AsRef<[u8]>) -> Result<Vec<u8>, FailureKind> {
        let codings: Vec<String> = codings.iter().map(|name| (*name).to_owned()).collect();
        decode(&codings, body.as_ref(), 1000).map_err(|(kind, _)| kind)
    }

    #[test]
    fn codings_have_several_spellings() {
        for name in ["gzip", "GZIP", "x-gzip", " gzip ", "identity, gzip"] {
            assert_eq!(decoded(&[name], gzip(b"text")).unwrap(), b"text", "{name}");
        }
        assert_eq!(
            decoded(&["gzip", "gzip"], gzip(&gzip(b"text"))).unwrap(),
            b"text"
        );
        assert_eq!(decoded(&[], b"text").unwrap(), b"text");
    }

    #[test]
    fn members_of_one_gzip_belong_together() {
        let body = [gzip(b"one "), gzip(b"two")].concat();
        assert_eq!(decoded(&["gzip"], body).unwrap(), b"one two");
    }

    #[test]
    fn deflate_comes_with_and_without_wrapper() {
        let mut zlib = flate2::write::ZlibEncoder::new(Vec::new(), Compression::fast());
        zlib.write_all(b"text").unwrap();
        assert_eq!(
            decoded(&["deflate"], zlib.finish().unwrap()).unwrap(),
            b"text"
        );
        let mut raw = flate2::write::DeflateEncoder::new(Vec::new(), Compression::fast());
        raw.write_all(b"text").unwrap();
        assert_eq!(
            decoded(&["deflate"], raw.finish().unwrap()).unwrap(),
            b"text"
        );
    }

    #[test]
    fn what_is_not_coded_so_is_a_failure() {
        let whole = gzip(b"a longer text that is cut");
        assert_eq!(decoded(&["gzip"], &whole[..20]), Err(FailureKind::Encoding));
        assert_eq!(decoded(&["gzip"], b"text"), Err(FailureKind::Encoding));
        assert_eq!(
            decoded(&["br"], b"\xff\xff\xff\xff"),
            Err(FailureKind::Encoding)
        );
        assert_eq!(decoded(&["zstd"], b"text"), Err(FailureKind::Encoding));
    }

    #[test]
    fn only_registered_codings_are_named() {
        let told = |coding: &str| decode(&[coding.to_owned()], b"text", 100).unwrap_err().1;
        assert_eq!(told("ZSTD"), "the coding `zstd` was not asked for");
        assert_eq!(
            told("secret-token-abc4711"),
            "its Content-Encoding names what is no coding"
        );
    }

    #[test]
    fn a_bomb_is_cut_at_the_limit() {
        assert_eq!(
            decoded(&["gzip"], gzip(&b" ".repeat(100_000))),
            Err(FailureKind::TooLarge)
        );
    }
}
