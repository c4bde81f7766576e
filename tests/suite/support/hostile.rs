//! Portals on raw sockets that answer as no server should, and the program let loose on them.

#![allow(dead_code, reason = "each test file uses its part")]

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::support::{Ended, program};

/// The token that every run sends, and nothing may show.
pub(crate) const TOKEN: &str = "a-token-that-nobody-may-see-9137";
/// No run takes longer, not even on a machine that is busy with other things.
const LONGEST_RUN: Duration = Duration::from_mins(2);

/// A portal that answers every request, or every connection, in one way.
pub(crate) struct Hostile {
    pub(crate) url: String,
    connections: Arc<AtomicUsize>,
}

impl Hostile {
    /// Answers each request on a connection of its own; the connection ends with the answer.
    pub(crate) fn answering(
        answer: impl Fn(&mut TcpStream, &str) -> io::Result<()> + Send + Sync + 'static,
    ) -> Self {
        Self::accepting(move |mut stream| {
            let head = request(&mut stream)?;
            answer(&mut stream, &head)?;
            // What the client still sends is read, so that the answer is not lost in a reset.
            stream.shutdown(std::net::Shutdown::Write)?;
            io::copy(&mut stream, &mut io::sink()).map(|_| ())
        })
    }

    /// Does as it likes with each connection.
    pub(crate) fn accepting(
        serve: impl Fn(TcpStream) -> io::Result<()> + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let connections = Arc::new(AtomicUsize::new(0));
        let (count, serve) = (Arc::clone(&connections), Arc::new(serve));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                count.fetch_add(1, Ordering::Relaxed);
                let serve = Arc::clone(&serve);
                // A client that goes away is no error of the test.
                std::thread::spawn(move || serve(stream));
            }
        });
        Self { url, connections }
    }

    /// Answers every request with the same bytes.
    pub(crate) fn saying(answer: impl Into<Vec<u8>>) -> Self {
        let answer = answer.into();
        Self::answering(move |stream, _| stream.write_all(&answer))
    }

    /// How many connections were made.
    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::Relaxed)
    }

    /// Tries this portal.
    pub(crate) fn tried(&self, arguments: &[&str]) -> Tried {
        tried(&[&["--url", &self.url], arguments].concat())
    }
}

/// Reads one request with its body; its head.
pub(crate) fn request(stream: &mut impl Read) -> io::Result<String> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte)?;
        head.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&head).to_lowercase();
    let length = head.split("content-length: ").nth(1);
    let length = length.and_then(|rest| rest.lines().next()?.parse::<u64>().ok());
    io::copy(&mut stream.take(length.unwrap_or(0)), &mut io::sink())?;
    Ok(head)
}

/// An answer with status 200 and a body of a length that is told.
pub(crate) fn whole(media_type: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: {media_type}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
    );
    [head.as_bytes(), body].concat()
}

/// What came of a run.
pub(crate) struct Tried {
    pub(crate) ended: Ended,
    pub(crate) elapsed: Duration,
    /// How long the processor was at it; nothing where the system does not tell.
    pub(crate) processor: Duration,
    /// The most memory that it had, in KiB; 0 where the system does not tell.
    pub(crate) peak: u64,
}

/// Runs the program with a token; it must end, without a panic, and show the token nowhere.
pub(crate) fn tried(arguments: &[&str]) -> Tried {
    let folder = tempfile::tempdir().unwrap();
    let (out, err) = (folder.path().join("out"), folder.path().join("err"));
    let start = Instant::now();
    let mut child = program(&[&["run"], arguments].concat())
        .env("PORTAL_TOKEN", TOKEN)
        .stdout(Stdio::from(File::create(&out).unwrap()))
        .stderr(Stdio::from(File::create(&err).unwrap()))
        .spawn()
        .unwrap();
    let (mut peak, mut processor) = (0, Duration::ZERO);
    let status = loop {
        peak = peak.max(memory(child.id()));
        processor = processor.max(time_of(child.id()));
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if start.elapsed() > LONGEST_RUN {
            let _ = child.kill();
            let _ = child.wait();
            panic!("it did not end: {arguments:?}");
        }
        std::thread::sleep(Duration::from_millis(10));
    };
    let ended = Ended {
        code: status.code(),
        stdout: fs::read_to_string(&out).unwrap(),
        stderr: fs::read_to_string(&err).unwrap(),
    };
    let all = format!("{}{}", ended.stdout, ended.stderr);
    assert!(!all.contains("panicked"), "{all}");
    assert!(!all.contains(TOKEN), "{all}");
    Tried {
        ended,
        elapsed: start.elapsed(),
        processor,
        peak,
    }
}

impl Tried {
    /// Ended with a code, and says each of the words.
    pub(crate) fn says(&self, code: i32, words: &[&str]) -> &Self {
        let Ended { stdout, stderr, .. } = &self.ended;
        let short: String = stdout.chars().take(4000).collect();
        assert_eq!(self.ended.code, Some(code), "{short}{stderr}");
        for word in words {
            assert!(stdout.contains(word), "`{word}` is not said:\n{short}");
        }
        self
    }

    /// Ended within so many seconds, more than it needs.
    pub(crate) fn within(&self, seconds: u64) -> &Self {
        assert!(
            self.elapsed < Duration::from_secs(seconds),
            "{:?}",
            self.elapsed
        );
        self
    }
}

/// How long the processor was at a process so far, in the ticks of Linux: a hundred in a second.
fn time_of(id: u32) -> Duration {
    let stat = fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
    let behind_name = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let numbers = behind_name.split_whitespace().skip(11).take(2);
    let ticks: u64 = numbers
        .filter_map(|number| number.parse::<u64>().ok())
        .sum();
    Duration::from_millis(ticks * 10)
}

/// The most memory that a process had so far, in KiB.
fn memory(id: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let number = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
    number.unwrap_or(0)
}
