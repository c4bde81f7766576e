//! What several test files need.

#![allow(dead_code, reason = "each test file uses its part")]

pub(crate) mod hostile;
pub(crate) mod office;
pub(crate) mod rows;
pub(crate) mod scene;
pub(crate) mod xmllint;

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use portal_conformance::client::page::KnownPage;
use portal_conformance::client::{Exchange, Guise, Head, Request, Response, Token};

/// The token of a served portal.
pub(crate) const TOKEN: &str = "a-token-for-tests";

/// The reference portal in another process; it ends with the test.
pub(crate) struct Served {
    child: Child,
    pub(crate) url: String,
}

impl Served {
    pub(crate) fn start(arguments: &[&str]) -> Self {
        Self::at("127.0.0.1:0", arguments)
    }

    /// The same at a place to listen.
    pub(crate) fn at(place: &str, arguments: &[&str]) -> Self {
        let mut command = program(&["serve", "--listen", place]);
        command
            .args(arguments)
            .env("PORTAL_TOKEN", TOKEN)
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let mut url = String::new();
        let stdout = child.stdout.take().unwrap();
        BufReader::new(stdout).read_line(&mut url).unwrap();
        Self {
            child,
            url: url.trim().to_owned(),
        }
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Command {
        let mut command = program(&["run", "--url", &self.url]);
        command.args(arguments).env("PORTAL_TOKEN", TOKEN);
        command
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Compares a text with the snapshot of a stage in `snapshots/<stage>/`.
pub(crate) fn snapshot(stage: &str, name: &str, text: &str) {
    let folder = project().join("snapshots").join(stage);
    insta::with_settings!({
        snapshot_path => folder,
        prepend_module_to_snapshot => false,
        omit_expression => true,
    }, {
        insta::assert_snapshot!(name, text);
    });
}

/// Where the program is: `SUITE_PROGRAM` names another one than was built with the tests, such as an optimised one.
pub(crate) fn program_path() -> PathBuf {
    let other = std::env::var_os("SUITE_PROGRAM");
    other.map_or_else(
        || PathBuf::from(env!("CARGO_BIN_EXE_suite-program")),
        PathBuf::from,
    )
}

/// The program, with none of the variables that it reads.
pub(crate) fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(program_path());
    command.args(arguments);
    for name in [
        "PORTAL_URL",
        "PORTAL_TOKEN",
        "PORTAL_PROFILE",
        "PORTAL_TARGET",
        "PORTAL_USER",
        "PORTAL_PASSWORD",
        "INSTA_UPDATE",
        "CI",
        "RUST_BACKTRACE",
        "GITHUB_ACTIONS",
        "GITHUB_STEP_SUMMARY",
        "NO_COLOR",
        "CLICOLOR",
        "CLICOLOR_FORCE",
        "HTTP_PROXY",
        "http_proxy",
        "HTTPS_PROXY",
        "https_proxy",
        "ALL_PROXY",
        "all_proxy",
        "NO_PROXY",
        "no_proxy",
    ] {
        command.env_remove(name);
    }
    command
}

/// The conformance suite as a test binary, which is built beside this one under a name that ends in a hash;
/// none where it was not built from the same library.
pub(crate) fn test_binary() -> Option<PathBuf> {
    let here = std::env::current_exe().unwrap();
    let newest = |begin: &str, end: &str| {
        let entries = here.parent().unwrap().read_dir().unwrap().flatten();
        let paths = entries.map(|entry| entry.path()).filter(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let extension = path.extension().unwrap_or_default().to_string_lossy();
            name.starts_with(begin) && extension == end
        });
        let dated = paths.filter_map(|path| Some((path.metadata().ok()?.modified().ok()?, path)));
        dated.max()
    };
    let binary = newest("conformance-", std::env::consts::EXE_EXTENSION);
    let library = newest("libportal_conformance-", "rlib");
    let fresh = binary.filter(|(built, _)| library.is_none_or(|(of, _)| of <= *built));
    // A test that is built by itself has none beside it; all of them together have.
    assert!(
        fresh.is_some() || std::env::var_os("CI").is_none(),
        "no test binary of this library"
    );
    fresh.map(|(_, path)| path)
}

/// What the program printed, and how it ended.
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl From<Output> for Ended {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

/// Runs the program to its end.
pub(crate) fn run(command: &mut Command) -> Ended {
    command.output().unwrap().into()
}

/// The folder of the project.
pub(crate) fn project() -> PathBuf {
    let below = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    below.canonicalize().unwrap()
}

/// Answers every request on every connection alike, closing each; never returns.
pub(crate) fn answer_all(
    listener: &std::net::TcpListener,
    status: &str,
    media_type: &str,
    body: &str,
) {
    answer_by_path(listener, |_| {
        (status.to_owned(), media_type.to_owned(), body.to_owned())
    });
}

/// The same for so many connections; nobody listens after them.
pub(crate) fn answer_some(
    listener: std::net::TcpListener,
    count: usize,
    status: &str,
    media_type: &str,
    body: &str,
) {
    for stream in listener.incoming().take(count).flatten() {
        answer_one(stream, |_| {
            (status.to_owned(), media_type.to_owned(), body.to_owned())
        });
    }
    drop(listener);
}

/// Answers every request by its first line with a status, a media type and a body; never returns.
pub(crate) fn answer_by_path(
    listener: &std::net::TcpListener,
    answer: impl Fn(&str) -> (String, String, String),
) {
    for stream in listener.incoming().flatten() {
        answer_one(stream, &answer);
    }
}

fn answer_one(mut stream: std::net::TcpStream, answer: impl Fn(&str) -> (String, String, String)) {
    use std::io::{Read, Write};
    let mut seen = Vec::new();
    let mut buffer = [0; 4096];
    while !seen.windows(4).any(|end| end == b"\r\n\r\n") {
        match stream.read(&mut buffer) {
            Ok(0) | Err(_) => break,
            Ok(count) => seen.extend_from_slice(&buffer[..count]),
        }
    }
    let request = String::from_utf8_lossy(&seen);
    let (status, media_type, body) = answer(request.lines().next().unwrap_or_default());
    let answer = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {media_type}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    let _ = stream.write_all(answer.as_bytes());
}

/// An answer of this JSON body to some request.
pub(crate) fn told(body: impl Into<Vec<u8>>) -> Exchange {
    Exchange {
        request: request("GET"),
        outcome: Ok(Response {
            head: Head::default(),
            status: 200,
            content_types: vec!["application/json".to_owned()],
            body: body.into(),
            keeps_open: true,
            limits_pace: false,
            location: None,
            page: KnownPage::default(),
        }),
        retries: 0,
        elapsed: Duration::ZERO,
    }
}

/// A request without a token and a body, to a path that most portals know.
pub(crate) fn request(method: &str) -> Request {
    Request {
        method: method.to_owned(),
        path: "api/2.0/people".to_owned(),
        accept: "application/json".to_owned(),
        token: Token::None,
        guise: Guise::Plain,
        headers: portal_conformance::client::Headers::default(),
        body: None,
    }
}
