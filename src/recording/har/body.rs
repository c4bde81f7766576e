//! The body of a recorded answer: what of it was written down, and whether that is all.

use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::de::IgnoredAny;

use crate::client::decode::decode;
use crate::recording::Gap;
use crate::recording::har::escape::Stands;
use crate::recording::har::format::Content;

/// How every gzip begins (RFC 1952, 2.3.1).
pub(super) const GZIP: [u8; 3] = [0x1f, 0x8b, 8];
/// The largest body that is made of a coded one, in bytes.
const MAX_DECODED: usize = 64 * 1024 * 1024;
/// How long that may take.
const DECODING: Duration = Duration::from_secs(10);
/// Some tools count a byte order mark that the text has not.
const MARK: usize = 3;

/// What an answer says of its body.
#[expect(clippy::struct_excessive_bools, reason = "each is said by itself")]
pub(super) struct Said {
    /// It has none, whatever else is said.
    pub(super) is_bodiless: bool,
    /// It was broken off.
    pub(super) has_failed: bool,
    /// So many bytes came; negative where nobody knows.
    pub(super) body_size: Option<f64>,
    /// `Content-Length`.
    pub(super) length: Option<u64>,
    /// Whether the bytes on the way are others than the body's.
    pub(super) is_coded: bool,
    /// `Content-Encoding`.
    pub(super) codings: Vec<String>,
    pub(super) is_chunked: bool,
    /// Whether a text has as many bytes as the body had.
    pub(super) is_utf8: bool,
}

impl Said {
    /// Whether a body of which nothing was written down is known to be empty: tools leave out what they did
    /// not keep in the same way.
    fn is_empty(&self) -> bool {
        let came_empty = self.body_size == Some(0.0) && !self.is_coded && !self.is_chunked;
        match self.length {
            _ if self.is_bodiless => true,
            _ if self.has_failed => false,
            Some(length) => length == 0,
            None => came_empty,
        }
    }

    /// So many bytes the body has at least, as its head says.
    fn least(&self) -> u64 {
        let says = !self.is_coded && !self.is_bodiless;
        self.length.filter(|_| says).unwrap_or_default()
    }
}

/// What Base64 stands for, in however many lines it is written.
pub(super) fn decoded(text: &str) -> Option<Vec<u8>> {
    let digits = text.bytes().filter(|byte| !byte.is_ascii_whitespace());
    STANDARD.decode(digits.collect::<Vec<u8>>()).ok()
}

/// How a body was coded on its way, the first coding first.
pub(super) fn codings<'a>(headers: impl Iterator<Item = (&'a str, &'a str)>) -> Vec<String> {
    let codings = headers.filter(|(name, _)| name.eq_ignore_ascii_case("content-encoding"));
    codings.map(|(_, value)| value.to_owned()).collect()
}

/// A body without its codings, where what stands in Base64 is what was on the way; `None` where it is not coded so.
pub(super) fn undone(body: Vec<u8>, codings: &[String]) -> Option<Vec<u8>> {
    if codings.is_empty() || !body.starts_with(&GZIP) {
        return Some(body);
    }
    let until = Instant::now() + DECODING;
    decode(codings, &body, MAX_DECODED, until).ok()
}

/// Whether a text is a document to its end, which none is that was cut off.
fn is_whole(body: &[u8]) -> bool {
    let text = String::from_utf8_lossy(body);
    let text = text.trim();
    match text.chars().next() {
        Some('{' | '[') => serde_json::from_str::<IgnoredAny>(text).is_ok(),
        Some('<') => {
            let root = text
                .rsplit_once("</")
                .map(|(before, end)| (before, end.trim_end_matches('>').trim_end()));
            root.is_some_and(|(before, name)| {
                let is_named = |tag: &str| {
                    let rest = tag.strip_prefix(name);
                    rest.is_some_and(|rest| {
                        rest.starts_with(['>', '/']) || rest.starts_with(char::is_whitespace)
                    })
                };
                let mut tags = before.split('<').skip(1);
                let first = tags.find(|tag| !tag.starts_with(['?', '!']));
                let is_root =
                    !name.is_empty() && text.ends_with('>') && first.is_some_and(is_named);
                is_root && are_paired(tags, is_named)
            })
        }
        _ => false,
    }
}

/// Whether what begins by a name ends as well, each with what follows its `<`.
fn are_paired<'a>(tags: impl Iterator<Item = &'a str>, is_named: impl Fn(&str) -> bool) -> bool {
    let (mut begun, mut ended) = (0_usize, 0_usize);
    for tag in tags {
        let is_empty = tag.split('>').next().is_some_and(|one| one.ends_with('/'));
        begun += usize::from(is_named(tag) && !is_empty);
        ended += usize::from(tag.strip_prefix('/').is_some_and(&is_named));
    }
    begun == ended
}

/// The bytes of a body, as far as they were recorded.
pub(super) fn body(content: Option<Content>, said: &Said, stands: Stands) -> Result<Vec<u8>, Gap> {
    let content = content.unwrap_or_default();
    let is_base64 = content.is_base64();
    let says_nothing = content.size.is_none_or(|size| size <= 0.0);
    let Some(text) = content.text else {
        return if says_nothing && said.is_empty() {
            Ok(Vec::new())
        } else {
            Err(Gap::Body)
        };
    };
    if text.is_empty() && !said.is_bodiless {
        let is_missing = !says_nothing || said.has_failed || said.least() > 0;
        return if is_missing {
            Err(Gap::Body)
        } else {
            Ok(Vec::new())
        };
    }
    let written = text.len();
    let (body, is_text) = match content.encoding.as_deref() {
        None | Some("") => (stands.bytes(text), true),
        Some(_) if is_base64 => (decoded(&text).ok_or(Gap::Encoding)?, false),
        Some(_) => return Err(Gap::Encoding),
    };
    let body = if is_text {
        body
    } else {
        undone(body, &said.codings).ok_or(Gap::Encoding)?
    };
    // Some tools write the size on the way, some that of the text which stands there.
    let size = content.size.unwrap_or_default();
    let saved = content.compression.unwrap_or_default();
    #[expect(clippy::cast_precision_loss, reason = "no body is near 2^52 bytes")]
    let is_short = {
        let is_size = |length: usize| size.min(size + saved) <= length as f64;
        !(is_size(body.len() + MARK) || !is_text && is_size(written))
    };
    // A text of another charset has another length, and who took values out of one left its size and head as they
    // were.
    let is_told = !is_text || said.is_utf8;
    let is_short_of = said.least() > (body.len() + MARK) as u64;
    let is_cut = is_short || (is_told && is_short_of);
    if said.has_failed || (is_cut && !(is_text && is_whole(&body))) {
        Err(Gap::End)
    } else {
        Ok(body)
    }
}
