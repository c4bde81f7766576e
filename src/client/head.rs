//! What is wrong with the head of an answer that is no HTTP.
//!
//! The HTTP library says only that it could not read a head; what came of it is read once more here.

use httparse::{Error, Header, ParserConfig, Status};

/// How many header lines of one answer are read.
pub(super) const MAX_HEADERS: usize = 1000;
/// How many bytes of one answer's head are read.
pub(super) const MAX_HEAD: usize = 400 * 1024;

/// What is wrong with the head of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum HeadFault {
    /// It begins as a record of TLS does.
    Tls,
    /// The first line is no status line.
    StatusLine,
    /// A line is no header.
    HeaderLine,
    /// There are more header lines than are read.
    TooMany,
    /// There are more bytes than are read.
    TooLong,
    /// `Content-Length` is no number, or is several that differ.
    Length,
    /// `Transfer-Encoding` is not what ends in `chunked`.
    Coding,
    /// It is something else.
    Other,
}

impl HeadFault {
    /// What a message calls it.
    pub(super) fn words(self) -> String {
        match self {
            Self::Tls => "what came is TLS, not HTTP".to_owned(),
            Self::StatusLine => "the status line is none".to_owned(),
            Self::HeaderLine => "a header line is none".to_owned(),
            Self::TooMany => format!("more than {MAX_HEADERS} headers"),
            Self::TooLong => format!("more than {MAX_HEAD} bytes of headers"),
            Self::Length => "Content-Length is no number, or several that differ".to_owned(),
            Self::Coding => "Transfer-Encoding is none that can be read".to_owned(),
            Self::Other => "the headers contradict one another".to_owned(),
        }
    }
}

/// What is wrong with a head, interim answers before it left out.
pub(super) fn of_head(head: &[u8]) -> HeadFault {
    // An alert or a handshake of some TLS 1.x (RFC 8446, 5.1).
    if matches!(head, [0x15 | 0x16, 3, ..]) {
        return HeadFault::Tls;
    }
    let mut rest = head;
    let mut lines = vec![httparse::EMPTY_HEADER; MAX_HEADERS];
    loop {
        let mut answer = httparse::Response::new(&mut lines);
        let mut config = ParserConfig::default();
        config.allow_obsolete_multiline_headers_in_responses(true);
        match config.parse_response(&mut answer, rest) {
            Ok(Status::Complete(length)) => {
                if answer.code.is_some_and(|code| (100..200).contains(&code)) {
                    rest = &rest[length..];
                    lines.fill(httparse::EMPTY_HEADER);
                    continue;
                }
                return of_framing(answer.headers);
            }
            Ok(Status::Partial) if head.len() >= MAX_HEAD => return HeadFault::TooLong,
            Ok(Status::Partial) => return HeadFault::Other,
            Err(Error::Version | Error::Status) => return HeadFault::StatusLine,
            Err(Error::TooManyHeaders) => return HeadFault::TooMany,
            Err(_) => return HeadFault::HeaderLine,
        }
    }
}

/// What is wrong with the chunks of a body (RFC 9112, 7.1), by what the HTTP library says of it.
pub(super) fn of_chunks(words: &str) -> &'static str {
    let words = words.to_ascii_lowercase();
    if words.contains("trailer") {
        "what stands behind the last chunk is no trailer, or more than is read"
    } else if words.contains("extension") {
        "the extensions of its chunks are none, or more than is read"
    } else if words.contains("body") || words.contains("end") {
        "a chunk does not end where its size says"
    } else {
        "a chunk's size is none"
    }
}

/// The transfer codings but `chunked`, which no request here asks for (RFC 9112, 7.4); as headers name them.
pub(super) fn is_coded_on_its_way<'a>(headers: impl Iterator<Item = &'a [u8]>) -> bool {
    let mut codings = headers.flat_map(|header| header.split(|byte| *byte == b','));
    codings.any(|coding| {
        let name = coding.split(|byte| *byte == b';').next();
        let name = name.unwrap_or_default().trim_ascii();
        !name.is_empty()
            && !name.eq_ignore_ascii_case(b"chunked")
            && !name.eq_ignore_ascii_case(b"identity")
    })
}

fn of_framing(headers: &[Header<'_>]) -> HeadFault {
    let has = |name: &str| {
        headers
            .iter()
            .any(|header| header.name.eq_ignore_ascii_case(name))
    };
    if has("transfer-encoding") {
        HeadFault::Coding
    } else if has("content-length") {
        HeadFault::Length
    } else {
        HeadFault::Other
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_with_chunks_is_named() {
        for (words, expected) in [
            (
                "Invalid chunk size line: Invalid Size",
                "a chunk's size is none",
            ),
            ("invalid chunk size: overflow", "a chunk's size is none"),
            (
                "chunk extensions over limit",
                "the extensions of its chunks",
            ),
            (
                "chunk trailers bytes over limit",
                "what stands behind the last chunk",
            ),
            ("Invalid chunk body CR", "a chunk does not end where"),
        ] {
            assert!(of_chunks(words).starts_with(expected), "{words}");
        }
        let coded = |text: &str| is_coded_on_its_way([text.as_bytes()].into_iter());
        assert!(coded("gzip, chunked") && coded("x, Chunked") && coded("deflate"));
        assert!(!coded("chunked") && !coded("Chunked ; a=b, identity") && !coded(""));
    }

    /// So many characters of a head tell which one it is.
    const SHOWN: usize = 60;

    #[test]
    fn what_is_wrong_with_a_head_is_named() {
        let many = format!("HTTP/1.1 200 OK\r\n{}\r\n", "a: b\r\n".repeat(5001));
        let long = format!("HTTP/1.1 200 OK\r\na: {}", "x".repeat(MAX_HEAD));
        for (head, fault) in [
            ("nonsense\r\n\r\n", HeadFault::StatusLine),
            ("HTTP/1.1 fine, thanks\r\n\r\n", HeadFault::StatusLine),
            ("<!DOCTYPE html>\r\n\r\n", HeadFault::StatusLine),
            (
                "HTTP/1.1 200 OK\r\nno header\r\n\r\n",
                HeadFault::HeaderLine,
            ),
            ("HTTP/1.1 200 OK\r\na b: c\r\n\r\n", HeadFault::HeaderLine),
            ("HTTP/1.1 200 OK\r\na: \u{1}\r\n\r\n", HeadFault::HeaderLine),
            (
                "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n: x\r\n\r\n",
                HeadFault::HeaderLine,
            ),
            (
                "HTTP/1.1 200 OK\r\ncontent-length: many\r\n\r\n",
                HeadFault::Length,
            ),
            (
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: zip\r\n\r\n",
                HeadFault::Coding,
            ),
            (&many, HeadFault::TooMany),
            (&long, HeadFault::TooLong),
            ("\u{15}\u{3}\u{1}\0\u{2}\u{2}\u{50}", HeadFault::Tls),
        ] {
            let start: String = head.chars().take(SHOWN).collect();
            assert_eq!(of_head(head.as_bytes()), fault, "{start}");
        }
    }
}
