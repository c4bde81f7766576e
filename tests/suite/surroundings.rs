//! What the environment of the program decides: proxies, colours, what becomes of new snapshots.

use std::io::Write;
use std::process::Command;
use std::sync::{Arc, Mutex};

use crate::support::hostile::{Hostile, TOKEN, whole};
use crate::support::{Ended, program, run};

/// Every request head that came, in lower case.
type Heads = Arc<Mutex<Vec<String>>>;

/// A proxy, or a portal, that remembers what it was asked and answers each alike.
fn recorded(answer: &[u8]) -> (Hostile, Heads) {
    let heads = Heads::default();
    let (all, answer) = (Arc::clone(&heads), answer.to_vec());
    let portal = Hostile::answering(move |stream, head| {
        all.lock().unwrap().push(head.to_owned());
        stream.write_all(&answer)
    });
    (portal, heads)
}

const CASE: &str = "get-crm-contact-contactid::json::transport";

/// A run of one case against a URL, with a proxy for everything.
fn tried(url: &str, proxy: &str, more: &[(&str, &str)]) -> Ended {
    let mut command = program(&[
        "run",
        "--exact",
        CASE,
        "--request-timeout",
        "5",
        "--url",
        url,
    ]);
    command
        .env("PORTAL_TOKEN", TOKEN)
        .env("HTTP_PROXY", proxy)
        .env("HTTPS_PROXY", proxy)
        .envs(more.iter().copied());
    let ended = run(&mut command);
    assert!(!ended.stdout.contains(TOKEN), "{}", ended.stdout);
    ended
}

#[test]
fn a_portal_elsewhere_is_asked_through_the_proxy_of_the_system() {
    let (proxy, heads) = recorded(&whole("application/json", b"{}"));
    let ended = tried("http://portal.invalid/office", &proxy.url, &[]);
    assert_eq!(ended.code, Some(0), "{}", ended.stdout);
    let heads = heads.lock().unwrap();
    let line = "get http://portal.invalid/office/api/2.0/crm/contact/1234 http/1.1\r\n";
    assert!(heads.iter().all(|head| head.starts_with(line)), "{heads:?}");
    assert!(!heads.is_empty());
}

#[test]
fn a_proxy_of_https_is_told_the_host_and_no_token() {
    let refusal = b"HTTP/1.1 403 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    let (proxy, heads) = recorded(refusal);
    let with_password = proxy.url.replace("http://", "http://joe:geheim@");
    for url in [&proxy.url, &with_password] {
        let ended = tried("https://portal.invalid", url, &[]);
        assert_eq!(ended.code, Some(3), "{}", ended.stdout);
        let said = format!("{}{}", ended.stdout, ended.stderr);
        assert!(
            said.contains("cannot reach https://portal.invalid"),
            "{said}"
        );
        assert!(!said.contains("geheim"), "{said}");
    }
    let heads = heads.lock().unwrap();
    assert!(!heads.is_empty());
    for head in &*heads {
        assert!(head.starts_with("connect portal.invalid:443 "), "{head}");
        assert!(!head.contains(TOKEN), "{head}");
    }
}

#[test]
fn a_proxy_that_does_not_let_through_is_named_as_the_proxy() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let gone = format!("http://joe:geheim@{}", listener.local_addr().unwrap());
    drop(listener);
    let hanging =
        Hostile::accepting(|mut stream| std::io::copy(&mut stream, &mut std::io::sink()).map(drop))
            .url;
    let saying = |status: &str| {
        let (proxy, _) = recorded(
            format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                .as_bytes(),
        );
        proxy.url
    };
    let (wants_user, forbids) = (saying("407 Who"), saying("403 No"));
    let silent = Hostile::answering(|_, _| Ok(())).url;
    let strange = saying("no status");
    let socks = "socks5://127.0.0.1:9";
    let all = "HTTP_PROXY, HTTPS_PROXY and ALL_PROXY name a proxy";
    let user = "as http://user:password@host:port";
    // Who passes requests on may be broken, or what is behind it.
    for (proxy, words) in [
        (
            &silent,
            "answers no request: the connection ended before an answer",
        ),
        (&hanging, "completes no answer in time: 5 s passed"),
        (
            &strange,
            "does not answer as HTTP does: the status line is none",
        ),
    ] {
        let ended = tried("http://portal.invalid", proxy, &[]);
        let words = format!("{words} (through the proxy {proxy})");
        assert!(ended.stdout.contains(&words), "{}", ended.stdout);
    }
    let ended = tried("http://portal.invalid", &forbids, &[]);
    assert_eq!(ended.code, Some(3), "{}", ended.stdout);
    let words = format!("the proxy {forbids} got every request and may be what answered");
    assert!(ended.stdout.contains(&words), "{}", ended.stdout);
    for (scheme, proxy, words) in [
        ("http", gone.as_str(), &["cannot be reached: ", all][..]),
        ("https", &gone, &["cannot be reached: ", all]),
        ("http", &wants_user, &["asks who you are (407)", user]),
        ("https", &wants_user, &["asks who you are (407)", user]),
        (
            "https",
            &forbids,
            &["does not connect to the portal (403)", all],
        ),
        ("https", &silent, &["breaks off: ", all]),
        ("https", &hanging, &["does not answer in time", all]),
        ("https", &strange, &["does not answer in HTTP", all]),
        (
            "https",
            socks,
            &["is of a kind that is not spoken here", all],
        ),
    ] {
        let url = format!("{scheme}://portal.invalid");
        let ended = tried(&url, proxy, &[]);
        let said = &ended.stdout;
        assert_eq!(ended.code, Some(3), "{proxy}: {said}");
        let place = proxy.rsplit(['/', '@']).next().unwrap();
        let start = format!("cannot reach {url}/: the proxy ");
        assert!(said.contains(&start) && said.contains(place), "{said}");
        for word in words {
            assert!(said.contains(word), "`{word}` is not said: {said}");
        }
        assert!(!said.contains("geheim"), "{said}");
    }
}

#[test]
fn the_user_of_a_proxy_is_told_to_the_proxy_alone() {
    let (proxy, heads) = recorded(&whole("application/json", b"{}"));
    let with_user = proxy.url.replace("http://", "http://joe:geheim@");
    let ended = tried("http://portal.invalid", &with_user, &[]);
    assert_eq!(ended.code, Some(0), "{}", ended.stdout);
    let credentials = "proxy-authorization: basic am9lomdlagvpbq==";
    let heads = heads.lock().unwrap();
    assert!(heads[0].contains(credentials), "{heads:?}");
}

#[test]
fn a_portal_on_this_machine_is_behind_no_proxy() {
    let (proxy, heads) = recorded(&whole("application/json", b"{}"));
    let (portal, asked) = recorded(&whole("application/json", b"{}"));
    let port = portal.url.rsplit_once(':').unwrap().1;
    for host in ["127.0.0.1", "localhost"] {
        let before = asked.lock().unwrap().len();
        let ended = tried(&format!("http://{host}:{port}"), &proxy.url, &[]);
        assert_eq!(ended.code, Some(0), "{host}: {}", ended.stdout);
        assert!(asked.lock().unwrap().len() > before, "{host}");
    }
    // Nobody listens there: the proxy would have answered.
    for host in [
        "127.0.0.2:9",
        "[::1]:9",
        "0.0.0.0:9",
        "localhost.:9",
        "portal.localhost:9",
        "[::ffff:127.0.0.1]:9",
        "[::127.0.0.1]:9",
        "[64:ff9b::7f00:1]:9",
        "ip6-loopback:9",
    ] {
        let ended = tried(&format!("http://{host}"), &proxy.url, &[]);
        assert_eq!(ended.code, Some(3), "{host}: {}", ended.stdout);
    }
    assert_eq!(*heads.lock().unwrap(), [""; 0]);
}

#[test]
fn what_a_proxy_can_read_is_said_before_it_is_sent() {
    let (proxy, heads) = recorded(&whole("application/json", b"{}"));
    let said = |url: &str, arguments: &[&str], token: &str| {
        let mut command = program(&["run", "--exact", CASE, "--quiet", "--url", url]);
        command
            .args(arguments)
            .env("HTTP_PROXY", &proxy.url)
            .env("HTTPS_PROXY", &proxy.url)
            .env("OFFICE_KEY", "key-of-the-office-5")
            .env("OFFICE_TOKEN", token);
        if !token.is_empty() {
            command.args(["--token-env", "OFFICE_TOKEN"]);
        }
        let ended = run(&mut command);
        assert!(
            !ended.stderr.contains("key-of-the-office-5"),
            "{}",
            ended.stderr
        );
        ended
            .stderr
            .contains("go in clear to the proxy http://127.0.0.1:")
    };
    let key = ["-H", "X-Api-Key: {env:OFFICE_KEY}"];
    assert!(said("http://portal.invalid", &[], TOKEN));
    assert!(said("http://portal.invalid", &key, ""));
    let seen = heads.lock().unwrap().clone();
    assert!(seen[0].contains(TOKEN), "{seen:?}");
    assert!(
        seen.iter()
            .any(|head| head.contains("x-api-key: key-of-the-office-5")),
        "{seen:?}"
    );
    assert!(
        !said("http://portal.invalid", &[], ""),
        "there is no secret"
    );
    assert!(
        !said("https://portal.invalid", &[], TOKEN),
        "it cannot be read"
    );
    assert!(!said("http://127.0.0.1:9", &[], TOKEN), "there is no proxy");
}

#[test]
fn what_no_proxy_names_is_asked_directly() {
    let (proxy, heads) = recorded(&whole("application/json", b"{}"));
    let ended = tried(
        "http://portal.invalid",
        &proxy.url,
        &[("NO_PROXY", ".invalid")],
    );
    assert_eq!(ended.code, Some(3), "{}", ended.stdout);
    assert_eq!(*heads.lock().unwrap(), [""; 0]);
    let ended = tried(
        "http://portal.invalid",
        &proxy.url,
        &[("NO_PROXY", "other.invalid")],
    );
    assert_eq!(ended.code, Some(0), "{}", ended.stdout);
}

#[test]
fn no_color_is_stronger_than_a_terminal_and_weaker_than_the_flag() {
    // Where a terminal is only said to be there, the rule is the same.
    let colored = |arguments: &[&str], variables: &[(&str, &str)]| {
        let mut command = program(&["run", CASE]);
        command.args(arguments).envs(variables.iter().copied());
        let ended = run(&mut command);
        assert_eq!(ended.code, Some(0), "{}", ended.stderr);
        ended.stdout.contains('\u{1b}')
    };
    let terminal = ("CLICOLOR_FORCE", "1");
    assert!(!colored(&[], &[]), "no terminal");
    assert!(colored(&[], &[terminal]));
    assert!(!colored(&[], &[terminal, ("NO_COLOR", "1")]));
    assert!(
        colored(&[], &[terminal, ("NO_COLOR", "")]),
        "empty is unset"
    );
    assert!(colored(&["--color", "always"], &[("NO_COLOR", "1")]));
    assert!(!colored(&["--color", "never"], &[terminal]));
}

#[test]
fn unseen_snapshots_are_written_and_changed_ones_left_for_review() {
    let folder = tempfile::tempdir().unwrap();
    let name = "get-crm-contact-contactid::json::snapshot";
    let command = |update: &str| -> Command {
        let mut command = program(&["run", "--exact", name, "--snapshots"]);
        command.arg(folder.path()).env("INSTA_UPDATE", update);
        command
    };
    let file = folder.path().join("get-crm-contact-contactid-json.snap");
    let pending = file.with_extension("snap.new");
    let ended = run(&mut command("no"));
    assert_eq!(ended.code, Some(0), "{}", ended.stdout);
    assert!(ended.stdout.contains("remark"), "{}", ended.stdout);
    assert!(!file.exists() && !pending.exists(), "nothing is written");
    let ended = run(&mut command("unseen"));
    assert_eq!(ended.code, Some(0), "{}", ended.stdout);
    assert!(file.exists() && !pending.exists());
    let seen = std::fs::read_to_string(&file).unwrap();
    let reviewed = seen.replace("status: 200", "status: 201");
    assert_ne!(seen, reviewed);
    std::fs::write(&file, &reviewed).unwrap();
    let ended = run(&mut command("unseen"));
    assert_eq!(ended.code, Some(1), "{}", ended.stdout);
    assert!(
        ended
            .stdout
            .contains("`portal-conformance snapshots --snapshots "),
        "{}",
        ended.stdout
    );
    assert_eq!(std::fs::read_to_string(&file).unwrap(), reviewed);
    assert_eq!(std::fs::read_to_string(&pending).unwrap(), seen);
    // What comes again as it was reviewed leaves nothing to review.
    std::fs::write(&file, &seen).unwrap();
    assert_eq!(run(&mut command("unseen")).code, Some(0));
    assert!(!pending.exists());
}

#[test]
fn what_deviates_waits_for_review_whatever_other_answers_say() {
    use crate::support::answer_by_path;

    // Only the first of two resources has a member more around it.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        answer_by_path(&listener, |line| {
            let more = if line.contains("/31 ") {
                r#""more":1,"#
            } else {
                ""
            };
            let body = format!(r#"{{{more}"status":0,"response":{{"id":31}}}}"#);
            ("200 OK".to_owned(), "application/json".to_owned(), body)
        });
    });
    let folder = tempfile::tempdir().unwrap();
    let name = "get-crm-contact-contactid::json::snapshot";
    let tried = |parameter: &str, update: &str| {
        let mut command = program(&["run", "--exact", name, "--url", &url, "--snapshots"]);
        command.arg(folder.path()).args(["--param", parameter]);
        command.env("PORTAL_TOKEN", "t-0123456789");
        run(command.env("INSTA_UPDATE", update))
    };
    let file = folder.path().join("get-crm-contact-contactid-json.snap");
    let pending = file.with_extension("snap.new");
    let ended = tried("contactid=32", "always");
    assert!(file.exists(), "{}{}", ended.stdout, ended.stderr);
    for parameter in ["contactid=31,32", "contactid=32,31"] {
        let ended = tried(parameter, "new");
        assert_eq!(ended.code, Some(1), "{}{}", ended.stdout, ended.stderr);
        let text = std::fs::read_to_string(&pending).unwrap();
        assert!(text.contains("/more: integer"), "{text}");
        assert_eq!(tried("contactid=32", "new").code, Some(0));
        assert!(!pending.exists(), "it is settled");
    }
}
