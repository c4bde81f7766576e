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
    for host in ["127.0.0.2:9", "[::1]:9"] {
        let ended = tried(&format!("http://{host}"), &proxy.url, &[]);
        assert_eq!(ended.code, Some(3), "{host}: {}", ended.stdout);
    }
    assert_eq!(*heads.lock().unwrap(), [""; 0]);
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
        ended.stdout.contains("cargo insta review"),
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
