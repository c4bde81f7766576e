//! Connections: one server for every answer, lawful or not.
//!
//! HTTP/1.1 and HTTP/1.0, written out here byte by byte, as faults of framing need what no HTTP library
//! writes. Requests are read by [`incoming`], answers written by [`outgoing`]. What is no request is
//! refused with an empty body and the connection closed (RFC 9112, 9.6); a client that goes away is no
//! error.

mod incoming;
mod outgoing;

use std::io;
use std::sync::Arc;
use std::time::Duration;

use http::header::CONNECTION;
use http::request::Parts;
use http::{HeaderMap, Method, StatusCode, Version};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::portal::engine::Engine;
use crate::portal::reply::Reply;
use incoming::{Incoming, Unread};
use outgoing::{After, Manner};

/// How long to wait before the next try where no connection can be taken, as when too many are open.
const BREATH: Duration = Duration::from_millis(50);
/// How long a request is waited for on a connection that is kept.
const FOREVER: Duration = Duration::from_hours(24);
/// How long, and how much, is read and thrown away from a client that is still sending when its
/// connection is closed: without that it would be reset and might not see the answer.
const LINGER: Duration = Duration::from_secs(2);
const MOST_THROWN_AWAY: usize = 64 << 20;

/// Serves until told to stop; open connections end after the answer they are at.
pub(crate) async fn serve(
    listener: TcpListener,
    engine: Arc<Engine>,
    stopped: watch::Receiver<bool>,
) {
    let mut connections = JoinSet::new();
    let mut until = stopped.clone();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    let engine = Arc::clone(&engine);
                    let stopped = stopped.clone();
                    connections.spawn(async move {
                        // A client that goes away, or a frame that is cut, is no error of the portal.
                        let _ = connection(stream, &engine, stopped).await;
                    });
                }
                Err(_) => tokio::time::sleep(BREATH).await,
            },
            Some(_) = connections.join_next() => {}
            () = stop(&mut until) => break,
        }
    }
    drop(listener);
    while connections.join_next().await.is_some() {}
}

/// Waits until the portal is told to stop, or is gone.
async fn stop(stopped: &mut watch::Receiver<bool>) {
    // An error means that the portal is gone, which is a stop as well.
    let _ = stopped.wait_for(|stopped| *stopped).await;
}

async fn connection(
    mut stream: TcpStream,
    engine: &Engine,
    mut stopped: watch::Receiver<bool>,
) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut incoming = Incoming::default();
    let mut idle = FOREVER;
    for answers in 0.. {
        let request = tokio::select! {
            request = incoming.request(&mut stream) => request,
            () = stop(&mut stopped) => break,
            () = tokio::time::sleep(idle) => return Ok(()),
        };
        let (parts, body) = match request {
            Ok(request) => request,
            Err(Unread::Gone) => return Ok(()),
            Err(Unread::Refused(status)) => {
                refuse(&mut stream, status).await?;
                break;
            }
        };
        let under_way = engine.begin();
        tokio::time::sleep(engine.pause()).await;
        let reply = engine.answer(&parts, &body);
        drop(under_way);
        let manner = Manner {
            is_head: parts.method == Method::HEAD,
            is_old: parts.version == Version::HTTP_10,
            stays: stays(&parts) && !*stopped.borrow(),
            answers,
        };
        match outgoing::write(&mut stream, &reply, manner).await? {
            After::Another => idle = FOREVER,
            After::AnotherWithin(pause) => idle = pause,
            After::Deaf => {
                tokio::select! {
                    read = stream.read_u8() => read.map(drop)?,
                    () = stop(&mut stopped) => {}
                }
                return Ok(());
            }
            After::Close => break,
            After::Silence => tokio::select! {
                _ = throw_away(&mut stream) => {}
                () = stop(&mut stopped) => {}
            },
        }
    }
    stream.shutdown().await?;
    tokio::select! {
        _ = tokio::time::timeout(LINGER, throw_away(&mut stream)) => {}
        () = stop(&mut stopped) => {}
    }
    Ok(())
}

/// Whether the connection stays open after the answer (RFC 9112, 9.3).
fn stays(parts: &Parts) -> bool {
    if parts.version == Version::HTTP_10 {
        says(&parts.headers, "keep-alive")
    } else {
        !says(&parts.headers, "close")
    }
}

/// Whether `Connection` lists a word, in any letter case.
fn says(headers: &HeaderMap, word: &str) -> bool {
    headers
        .get_all(CONNECTION)
        .iter()
        .flat_map(|value| value.as_bytes().split(|byte| *byte == b','))
        .any(|token| token.trim_ascii().eq_ignore_ascii_case(word.as_bytes()))
}

/// Says why a request cannot be read; nothing can follow, as nobody knows where the next one begins.
async fn refuse(stream: &mut TcpStream, status: StatusCode) -> io::Result<()> {
    let reply = Reply::empty(status.as_u16());
    let manner = Manner {
        is_head: false,
        is_old: false,
        stays: false,
        answers: 0,
    };
    outgoing::write(stream, &reply, manner).await?;
    Ok(())
}

/// Reads to the end, and keeps nothing.
async fn throw_away(stream: &mut TcpStream) -> io::Result<()> {
    let mut buffer = vec![0; 16 << 10];
    let mut thrown = 0;
    while thrown < MOST_THROWN_AWAY {
        match stream.read(&mut buffer).await? {
            0 => break,
            read => thrown += read,
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_may_say_in_any_way_whether_it_is_the_last() {
        for (version, value, expected) in [
            (Version::HTTP_11, "close", false),
            (Version::HTTP_11, "keep-alive, Close", false),
            (Version::HTTP_11, "closed", true),
            (Version::HTTP_10, "close", false),
            (Version::HTTP_10, "TE, Keep-Alive", true),
        ] {
            let request = http::Request::builder()
                .version(version)
                .header("Connection", value)
                .body(());
            let (parts, ()) = request.unwrap().into_parts();
            assert_eq!(stays(&parts), expected, "{value}");
        }
    }
}
