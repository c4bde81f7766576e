//! Content codings (RFC 9110, 8.4.1): names in any letter case, `x-gzip` as `gzip`, several in a row.

use std::borrow::Cow;
use std::io::{self, BufRead, Read};
use std::time::Instant;

use flate2::bufread::{DeflateDecoder, GzDecoder, ZlibDecoder};

use crate::client::FailureKind;

/// What a request says that it takes.
pub(super) const ACCEPT_ENCODING: &str = "gzip, br, deflate";

/// How many codings one body may have on top of one another: each costs as much as the largest body.
const MAX_CODINGS: usize = 4;
/// How many members one gzip may have: each is a start anew, however little is in it. Those that are
/// written side by side have 64 KiB and more.
const MAX_MEMBERS: usize = 10_000;
/// How many coded bytes are taken between two looks at the clock.
const STEP: usize = 64 * 1024;

/// Undoes the codings of a body, the last one first.
///
/// `limit` bounds each step, so that a small body cannot become a large one unnoticed; `until` bounds the
/// time, as a few bytes of a coding may cost as much as many, and give nothing.
///
/// # Errors
///
/// [`FailureKind::Encoding`] for an unknown coding or a body that is not coded so,
/// [`FailureKind::TooLarge`] past the limit, [`FailureKind::Timeout`] past the time; each with words for it.
pub(crate) fn decode(
    codings: &[String],
    body: &[u8],
    limit: usize,
    until: Instant,
) -> Result<Vec<u8>, (FailureKind, String)> {
    let mut body = Cow::Borrowed(body);
    let names: Vec<String> = names(codings).collect();
    if names.len() > MAX_CODINGS {
        let message = format!("more than {MAX_CODINGS} codings on top of one another");
        return Err((FailureKind::Encoding, message));
    }
    for name in names.iter().rev() {
        // A body of nothing is nothing in every coding.
        if body.is_empty() {
            break;
        }
        let decoded = match name.as_str() {
            "gzip" | "x-gzip" => members(name, Coded::new(&body, until), limit)?,
            "br" => {
                let decoder = brotli::Decompressor::new(Coded::new(&body, until), 4096);
                read(name, decoder, limit)?
            }
            // The name means zlib, but many senders leave its wrapper out.
            "deflate" if is_zlib(&body) => {
                read(name, ZlibDecoder::new(Coded::new(&body, until)), limit)?
            }
            "deflate" => read(name, DeflateDecoder::new(Coded::new(&body, until)), limit)?,
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
    append(name, decoder, limit, &mut body)?;
    Ok(body)
}

/// All members of a gzip belong together (RFC 1952, 2.2).
fn members(
    name: &str,
    mut coded: Coded<'_>,
    limit: usize,
) -> Result<Vec<u8>, (FailureKind, String)> {
    let mut body = Vec::new();
    for _ in 0..MAX_MEMBERS {
        let mut member = GzDecoder::new(coded);
        append(name, &mut member, limit, &mut body)?;
        coded = member.into_inner();
        if coded.rest.is_empty() {
            return Ok(body);
        }
    }
    let message = format!("more than {MAX_MEMBERS} members of one gzip");
    Err((FailureKind::Encoding, message))
}

/// Puts what a decoder gives behind a body, which has then `limit` bytes at most.
fn append(
    name: &str,
    decoder: impl Read,
    limit: usize,
    body: &mut Vec<u8>,
) -> Result<(), (FailureKind, String)> {
    let most = (limit - body.len().min(limit)).saturating_add(1);
    let most = u64::try_from(most).unwrap_or(u64::MAX);
    match decoder.take(most).read_to_end(body) {
        Ok(_) if body.len() > limit => Err((FailureKind::TooLarge, too_many(limit))),
        Ok(_) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::TimedOut => Err((
            FailureKind::Timeout,
            format!("{name} that takes too long to undo"),
        )),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
            Err((FailureKind::Encoding, format!("{name} that ends early")))
        }
        Err(_) => Err((FailureKind::Encoding, format!("no {name}"))),
    }
}

/// Coded bytes, given out step by step until the time is over.
struct Coded<'a> {
    rest: &'a [u8],
    /// How many of them are left of this step.
    left: usize,
    until: Instant,
}

impl<'a> Coded<'a> {
    fn new(rest: &'a [u8], until: Instant) -> Self {
        Self {
            rest,
            left: 0,
            until,
        }
    }
}

impl BufRead for Coded<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.left == 0 {
            if Instant::now() > self.until {
                return Err(io::ErrorKind::TimedOut.into());
            }
            self.left = STEP.min(self.rest.len());
        }
        Ok(&self.rest[..self.left])
    }

    fn consume(&mut self, amount: usize) {
        self.rest = &self.rest[amount..];
        self.left -= amount;
    }
}

impl Read for Coded<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let taken = self.fill_buf()?.read(into)?;
        self.consume(taken);
        Ok(taken)
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
    use std::time::Duration;

    fn gzip(text: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    fn decoded(codings: &[&str], body: impl AsRef<[u8]>) -> Result<Vec<u8>, FailureKind> {
        let codings: Vec<String> = codings.iter().map(|name| (*name).to_owned()).collect();
        decode(&codings, body.as_ref(), 1000, later()).map_err(|(kind, _)| kind)
    }

    fn later() -> Instant {
        Instant::now() + Duration::from_mins(5)
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
        let told = |coding: &str| {
            let coding = [coding.to_owned()];
            decode(&coding, b"text", 100, later()).unwrap_err().1
        };
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

    #[test]
    fn codings_and_members_beyond_number_are_not_undone() {
        let text = b"text".to_vec();
        let packed = (0..MAX_CODINGS).fold(text, |body, _| gzip(&body));
        assert_eq!(decoded(&["gzip"; MAX_CODINGS], &packed).unwrap(), b"text");
        let more = ["gzip"; MAX_CODINGS + 1];
        assert_eq!(decoded(&more, gzip(&packed)), Err(FailureKind::Encoding));
        let members = gzip(b"").repeat(MAX_MEMBERS - 1);
        let most = [members.clone(), gzip(b"text")].concat();
        assert_eq!(decoded(&["gzip"], most).unwrap(), b"text");
        let many = [members, gzip(b"").repeat(2)].concat();
        assert_eq!(decoded(&["gzip"], many), Err(FailureKind::Encoding));
    }

    #[test]
    fn members_are_large_together() {
        let body = gzip(&b" ".repeat(600)).repeat(2);
        assert_eq!(decoded(&["gzip"], body), Err(FailureKind::TooLarge));
        let body = gzip(&b" ".repeat(500)).repeat(2);
        assert_eq!(decoded(&["gzip"], body).unwrap().len(), 1000);
    }

    #[test]
    fn what_gives_nothing_is_left_when_the_time_is_over() {
        let body = gzip(b"text");
        let over = Instant::now().checked_sub(Duration::from_secs(1)).unwrap();
        for name in ["gzip", "br", "deflate"] {
            let failed = decode(&[name.to_owned()], &body, 1000, over).unwrap_err();
            assert_eq!(failed.0, FailureKind::Timeout, "{name}");
        }
    }
}
