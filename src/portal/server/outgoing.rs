//! Answers as they go out on a connection: every byte is written here, in each [`Frame`].

use std::io;
use std::time::{Duration, SystemTime};

use http::StatusCode;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::portal::change::Frame;
use crate::portal::reply::Reply;

/// What the request says about the form of its answer.
#[derive(Debug, Clone, Copy)]
pub(super) struct Manner {
    /// Whether the body is left out, as for HEAD.
    pub(super) is_head: bool,
    /// Whether the client speaks HTTP/1.0, and is told where the connection stays open.
    pub(super) is_old: bool,
    /// Whether the connection stays open.
    pub(super) stays: bool,
    /// How many answers the connection has had before.
    pub(super) answers: usize,
}

/// What can follow on the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum After {
    /// Another request.
    Another,
    /// Another request, if it comes so soon; else the end of the connection.
    AnotherWithin(Duration),
    /// Nothing, once another request has begun.
    Deaf,
    /// Its end.
    Close,
    /// Nothing, though it stays open.
    Silence,
}

/// Writes an answer.
pub(super) async fn write(
    stream: &mut TcpStream,
    reply: &Reply,
    manner: Manner,
) -> io::Result<After> {
    let body = if manner.is_head || !may_have_body(reply.status) {
        &[]
    } else {
        reply.body.as_slice()
    };
    let half = body.len() / 2;
    match reply.frame {
        Some(Frame::NoAnswer) => return Ok(After::Close),
        Some(Frame::Late(pause)) => tokio::time::sleep(pause).await,
        Some(Frame::Interim) => {
            let hints = b"HTTP/1.1 103 Early Hints\r\nLink: </x.css>; rel=preload\r\n\r\n";
            stream.write_all(hints).await?;
        }
        _ => {}
    }
    let head = head_of(reply, manner);
    match reply.frame {
        Some(Frame::CutHead) => {
            stream.write_all(&head[..head.len() / 2]).await?;
            return Ok(After::Close);
        }
        Some(Frame::Drip(size, pause)) => {
            let whole = [head.as_slice(), body].concat();
            for piece in whole.chunks(size.max(1)) {
                stream.write_all(piece).await?;
                stream.flush().await?;
                tokio::time::sleep(pause).await;
            }
            return Ok(after(reply.frame, manner));
        }
        // One piece, so that a client that reads once has it all.
        None => {
            stream.write_all(&[head.as_slice(), body].concat()).await?;
            return Ok(after(None, manner));
        }
        _ => stream.write_all(&head).await?,
    }
    match reply.frame {
        Some(Frame::CutBody) => stream.write_all(&body[..half]).await?,
        Some(Frame::Reset) => {
            stream.write_all(&body[..half]).await?;
            stream.set_zero_linger()?;
            return Err(io::ErrorKind::ConnectionReset.into());
        }
        Some(Frame::Stall) => {
            stream.write_all(&body[..half]).await?;
            return Ok(After::Silence);
        }
        Some(Frame::GarbledChunk) => stream.write_all(b"size\r\n{}\r\n0\r\n\r\n").await?,
        Some(Frame::ChunksWithoutEnd) => stream.write_all(&chunks(body, 512, "")).await?,
        Some(Frame::Chunks(size)) => {
            let whole = [chunks(body, size, "").as_slice(), b"0\r\n\r\n"].concat();
            stream.write_all(&whole).await?;
        }
        Some(Frame::ChunkExtensions) => {
            let whole = [
                chunks(body, 512, ";name=\"a value\"").as_slice(),
                b"0\r\nX-Trailer: end\r\n\r\n",
            ]
            .concat();
            stream.write_all(&whole).await?;
        }
        _ => stream.write_all(body).await?,
    }
    Ok(after(reply.frame, manner))
}

/// Whether an answer of this status has a body, and a length of it (RFC 9112, 6.3).
fn may_have_body(status: u16) -> bool {
    !matches!(status, 100..200 | 204 | 304)
}

fn after(frame: Option<Frame>, manner: Manner) -> After {
    match frame {
        _ if !manner.stays || !frame.is_none_or(goes_on) => After::Close,
        Some(Frame::ClosedIdle(pause)) => After::AnotherWithin(pause),
        Some(Frame::LastOf(most)) if (manner.answers + 1).is_multiple_of(most) => After::Deaf,
        _ => After::Another,
    }
}

/// Whether another answer can follow on the connection.
fn goes_on(frame: Frame) -> bool {
    matches!(
        frame,
        Frame::Chunks(_)
            | Frame::ChunkExtensions
            | Frame::Drip(..)
            | Frame::Late(_)
            | Frame::Interim
            | Frame::NoReason
            | Frame::LowerCaseNames
            | Frame::UpperCaseNames
            | Frame::TightHeaders
            | Frame::LooseHeaders
            | Frame::FoldedHeaders
            | Frame::LastOf(_)
            | Frame::ClosedIdle(_)
    )
}

/// Body bytes in chunks of a size, without the last, empty one.
fn chunks(body: &[u8], size: usize, extension: &str) -> Vec<u8> {
    let mut chunked = Vec::with_capacity(body.len() * 2);
    for chunk in body.chunks(size.max(1)) {
        chunked.extend(format!("{:x}{extension}\r\n", chunk.len()).bytes());
        chunked.extend(chunk);
        chunked.extend(b"\r\n");
    }
    chunked
}

/// Status line and headers, with the blank line.
fn head_of(reply: &Reply, manner: Manner) -> Vec<u8> {
    let frame = reply.frame;
    let code = reply.status;
    let usual = StatusCode::from_u16(code)
        .ok()
        .and_then(|status| status.canonical_reason())
        .unwrap_or("Other");
    let reason = reply.reason.as_deref().unwrap_or(usual);
    let mut head = match frame {
        Some(Frame::GarbledStatusLine) => "HTTP/1.1 fine, thanks\r\n".to_owned(),
        Some(Frame::Http10) => format!("HTTP/1.0 {code} {reason}\r\n"),
        Some(Frame::NoReason) => format!("HTTP/1.1 {code} \r\n"),
        _ => format!("HTTP/1.1 {code} {reason}\r\n"),
    };
    let mut headers = reply.headers.clone();
    let is_dated = |(name, _): &(String, String)| name.eq_ignore_ascii_case("Date");
    if !headers.iter().any(is_dated) {
        let now = httpdate::fmt_http_date(SystemTime::now());
        headers.push(("Date".to_owned(), now));
    }
    if may_have_body(code) {
        headers.extend(framing(frame, reply.body.len()));
    }
    headers.extend(persistence(frame, manner));
    for (name, value) in headers {
        let line = match frame {
            Some(Frame::LowerCaseNames) => format!("{}: {value}\r\n", name.to_lowercase()),
            Some(Frame::UpperCaseNames) => format!("{}: {value}\r\n", name.to_uppercase()),
            Some(Frame::TightHeaders) => format!("{name}:{value}\r\n"),
            Some(Frame::FoldedHeaders) => {
                format!("{name}: {}\r\n", value.replace(' ', "\r\n \t"))
            }
            Some(Frame::LooseHeaders) => format!("{name}: \t {value} \t\r\n"),
            _ => format!("{name}: {value}\r\n"),
        };
        head.push_str(&line);
    }
    if frame == Some(Frame::GarbledHeader) {
        head.push_str("this is no header\r\n");
    }
    head.push_str("\r\n");
    head.into_bytes()
}

/// The headers that say where the body ends.
fn framing(frame: Option<Frame>, length: usize) -> Vec<(String, String)> {
    let header = |name: &str, value: String| (name.to_owned(), value);
    let length_of = |length: usize| header("Content-Length", length.to_string());
    match frame {
        Some(Frame::LengthOff(by)) => {
            let by = isize::try_from(by).unwrap_or(0);
            vec![length_of(length.saturating_add_signed(by))]
        }
        Some(Frame::TwoLengths) => vec![length_of(length), length_of(length + 7)],
        Some(Frame::LengthOfLetters) => vec![header("Content-Length", "all".to_owned())],
        Some(
            Frame::ChunksWithoutEnd
            | Frame::GarbledChunk
            | Frame::Chunks(_)
            | Frame::ChunkExtensions,
        ) => vec![header("Transfer-Encoding", "chunked".to_owned())],
        Some(Frame::UntilClose | Frame::Http10) => Vec::new(),
        _ => vec![length_of(length)],
    }
}

/// The header that says whether the connection stays open, where the client would think otherwise.
fn persistence(frame: Option<Frame>, manner: Manner) -> Option<(String, String)> {
    let word = match frame {
        Some(Frame::UntilClose | Frame::Http10 | Frame::Close) => "close",
        _ if !manner.stays => "close",
        _ if manner.is_old => "keep-alive",
        _ => return None,
    };
    Some(("Connection".to_owned(), word.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPEN: Manner = Manner {
        is_head: false,
        is_old: false,
        stays: true,
        answers: 0,
    };

    /// Everything that is written for an answer of four bytes, and what follows.
    async fn written(status: u16, frame: Option<Frame>, manner: Manner) -> (String, After) {
        use tokio::io::AsyncReadExt;
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut there = TcpStream::connect(listener.local_addr().unwrap())
            .await
            .unwrap();
        let (mut here, _) = listener.accept().await.unwrap();
        let mut reply = Reply::empty(status);
        reply.headers = vec![("Date".to_owned(), "now".to_owned())];
        reply.body = b"body".to_vec();
        reply.frame = frame;
        let after = write(&mut here, &reply, manner).await.unwrap();
        drop(here);
        let mut text = String::new();
        there.read_to_string(&mut text).await.unwrap();
        (text, after)
    }

    #[tokio::test]
    async fn an_answer_says_where_its_body_ends_and_whether_another_can_follow() {
        let closing = Manner {
            stays: false,
            ..OPEN
        };
        let old = Manner {
            is_old: true,
            ..OPEN
        };
        let head = Manner {
            is_head: true,
            ..OPEN
        };
        let whole = "Content-Length: 4\r\n";
        for (status, frame, manner, expected, after) in [
            (200, None, OPEN, format!("{whole}\r\nbody"), After::Another),
            (200, None, head, format!("{whole}\r\n"), After::Another),
            (
                200,
                None,
                closing,
                format!("{whole}Connection: close\r\n\r\nbody"),
                After::Close,
            ),
            (
                200,
                None,
                old,
                format!("{whole}Connection: keep-alive\r\n\r\nbody"),
                After::Another,
            ),
            (
                200,
                Some(Frame::LastOf(2)),
                OPEN,
                format!("{whole}\r\nbody"),
                After::Another,
            ),
            (
                200,
                Some(Frame::LastOf(2)),
                Manner { answers: 1, ..OPEN },
                format!("{whole}\r\nbody"),
                After::Deaf,
            ),
            (204, None, OPEN, "\r\n".to_owned(), After::Another),
            (304, None, OPEN, "\r\n".to_owned(), After::Another),
            (
                200,
                Some(Frame::UntilClose),
                OPEN,
                "Connection: close\r\n\r\nbody".to_owned(),
                After::Close,
            ),
            (
                200,
                Some(Frame::Chunks(3)),
                OPEN,
                "Transfer-Encoding: chunked\r\n\r\n3\r\nbod\r\n1\r\ny\r\n0\r\n\r\n".to_owned(),
                After::Another,
            ),
            (
                200,
                Some(Frame::Stall),
                OPEN,
                format!("{whole}\r\nbo"),
                After::Silence,
            ),
        ] {
            let (text, then) = written(status, frame, manner).await;
            let (_, rest) = text.split_once("Date: now\r\n").unwrap();
            assert_eq!(
                (rest, then),
                (expected.as_str(), after),
                "{status} {frame:?}"
            );
        }
    }
}
