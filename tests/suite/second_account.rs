//! A second, lesser account: what it must not see is asked for with its token, which no output shows.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use crate::support::{program, run};

/// A portal that knows one boat for each account, and notes who asks for what.
fn portal(leaks: bool) -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let log = Arc::new(Mutex::new(Vec::new()));
    let noted = Arc::clone(&log);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { continue };
            let noted = Arc::clone(&noted);
            std::thread::spawn(move || {
                let mut reader = BufReader::new(stream.try_clone().unwrap());
                let (mut first, mut line, mut token) =
                    (String::new(), String::new(), String::new());
                reader.read_line(&mut first).unwrap_or(0);
                let mut length = 0;
                while reader.read_line(&mut line).unwrap_or(0) > 2 {
                    let lower = line.to_lowercase();
                    if lower.starts_with("authorization:") {
                        line["authorization:".len()..].trim().clone_into(&mut token);
                    }
                    if let Some(value) = lower.strip_prefix("content-length:") {
                        length = value.trim().parse().unwrap_or(0);
                    }
                    line.clear();
                }
                let mut body = vec![0; length];
                let _ = reader.read_exact(&mut body);
                let path = first.split(' ').nth(1).unwrap_or_default().to_owned();
                noted.lock().unwrap().push(format!(
                    "{} {token}",
                    first.split(" HTTP").next().unwrap_or_default()
                ));
                let id = path
                    .strip_prefix("/api/2.0/boats/")
                    .unwrap_or_default()
                    .to_owned();
                let is_first = token == "the-first-token";
                let is_second = token == "the-second-token";
                let boat = format!(
                    "{{\"status\": 0, \"response\": {{\"Id\": {id}, \"Name\": \"Boat of {id}\"}}}}"
                );
                let (status, body) = match id.as_str() {
                    _ if !is_first && !is_second => (401, "{\"status\": 1}".to_owned()),
                    "7" => (200, boat),
                    "9" if is_first || leaks => (200, boat),
                    "9" => (403, "{\"status\": 1}".to_owned()),
                    _ => (404, "{\"status\": 1}".to_owned()),
                };
                let _ = write!(
                    stream,
                    "HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
                    body.len()
                );
            });
        }
    });
    (url, log)
}

const PAGE: &str = r#"GET api/2.0/boats/{boatid} This function requires authentication

Parameters
Name Description Type Example
boatid
sent in url
Which boat
number 7

Returns

Boat

Example Response

application/json

{"status": 0, "response": {"Id": 7, "Name": "Boat of 7"}}
"#;

#[test]
fn what_is_hidden_from_a_second_account_is_asked_for_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    fs::create_dir(path("pages")).unwrap();
    fs::write(path("pages/boat.txt"), PAGE).unwrap();
    let profile = "extends = \"as-documented\"\nname = \"boats\"\n[[identity]]\nparameter = \"boatid\"\nmember = \"Id\"\n";
    fs::write(path("boats.toml"), profile).unwrap();
    for (leaks, token, code, said) in [
        (false, Some("the-second-token"), 0, "keeps"),
        (true, Some("the-second-token"), 1, "refusal::other-account"),
        (true, None, 0, "put one into SECOND"),
    ] {
        let (url, log) = portal(leaks);
        let file = format!(
            "[target.a]\nurl = \"{url}\"\nprofile = \"boats.toml\"\npages = \"pages\"\n\
             account.token = {{ env = \"FIRST\" }}\nother-account.token = {{ env = \"SECOND\" }}\n\
             hidden = {{ boatid = 9 }}\n"
        );
        fs::write(path("portal-conformance.toml"), file).unwrap();
        let mut command = program(&[
            "run",
            "--target",
            "a",
            "--config",
            &path("portal-conformance.toml"),
        ]);
        command.env("FIRST", "the-first-token");
        if let Some(token) = token {
            command.env("SECOND", token);
        }
        let ended = run(&mut command);
        let all = format!("{}{}", ended.stdout, ended.stderr);
        assert_eq!(ended.code, Some(code), "{all}");
        assert!(all.contains(said), "{said}: {all}");
        assert!(!all.contains("the-second-token"), "{all}");
        let log = log.lock().unwrap();
        let asked = log.iter().filter(|line| line.ends_with("the-second-token"));
        let asked: Vec<&String> = asked.collect();
        let expected = ["GET /api/2.0/boats/9 the-second-token"];
        assert_eq!(asked, &expected[..token.iter().count()]);
    }
}
