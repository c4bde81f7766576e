//! Which writes leave the process, by the log of the portal: those that are named, and no other one by any
//! way.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::requests::{ID, Served, TITLE, page};
use crate::support::{Ended, TOKEN, program, run};

/// A write of each method, one that the profile calls repeatable, and a deletion that it calls so.
const PAGES: [(&str, bool, bool); 8] = [
    ("GET api/2.0/things/{thingid}", true, false),
    ("POST api/2.0/things", false, true),
    ("PUT api/2.0/things/{thingid}", true, true),
    ("PATCH api/2.0/things/{thingid}", true, true),
    ("DELETE api/2.0/things/{thingid}", true, false),
    ("POST api/2.0/things/{thingid}/link", true, false),
    ("DELETE api/2.0/things/{thingid}/link", true, false),
    ("POST api/2.0/other/{thingid}", true, true),
];

const PROFILE: &str = "extends = \"as-documented\"\nname = \"mine\"\n\
    [[repeatable]]\noperation = \"*-link\"\nbecause = \"a thing is linked or it is not\"\n";

const POST: &str = "POST things";
const PUT: &str = "PUT things";
const PATCH: &str = "PATCH things";
const DELETE: &str = "DELETE things";
const LINK: &str = "POST link";
const UNLINK: &str = "DELETE link";
const OTHER: &str = "POST other";

fn served() -> Served {
    let pages = PAGES.map(|(heading, has_id, has_body)| {
        let id = if has_id { ID } else { "" };
        let body = if has_body { TITLE } else { "" };
        page(heading, &format!("{id}{body}"))
    });
    Served::of(&pages.each_ref().map(String::as_str))
}

/// The operations whose writes came, whether or not they should succeed.
fn came(served: &Served) -> BTreeSet<String> {
    let log = served.portal.log().into_iter();
    // RFC 9110, 9.2.1.
    let writes = log.filter(|one| !["GET", "HEAD", "OPTIONS"].contains(&one.method.as_str()));
    let named = writes.map(|one| {
        let path = resolved(&one.path).to_lowercase();
        let kinds = ["link", "other", "things"];
        let kind = kinds.into_iter().find(|kind| path.contains(kind));
        format!("{} {}", one.method, kind.unwrap_or(&path))
    });
    named.collect()
}

/// A path without escapes.
fn resolved(path: &str) -> String {
    let mut parts = path.split('%');
    let mut resolved = parts.next().unwrap().to_owned();
    for part in parts {
        let code = u8::from_str_radix(&part[..2], 16).unwrap();
        resolved.push(char::from(code));
        resolved.push_str(&part[2..]);
    }
    resolved
}

fn owned(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

/// A folder with the profile, and a configuration with a target `mine` for a portal.
fn folder(served: &Served, leave: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("mine.toml"), PROFILE).unwrap();
    let url = served.portal.url();
    let text = format!(
        "[target.mine]\nurl = \"{url}\"\nprofile = \"mine.toml\"\n{leave}\naccount.token = {{ env = \"PORTAL_TOKEN\" }}\n"
    );
    fs::write(folder.path().join("portal-conformance.toml"), text).unwrap();
    folder
}

fn tried(served: &Served, folder: &Path, arguments: &[&str]) -> Ended {
    let mut command = program(&["run", "--target", "mine", "--skip", "snapshot", "--pages"]);
    command
        .arg(served.pages())
        .args(["--param", "thingid=1234"])
        .args(arguments)
        .current_dir(folder);
    run(command.env("PORTAL_TOKEN", TOKEN))
}

#[test]
fn what_comes_is_what_was_named_whatever_the_way() {
    let all_but_deletions = [POST, PUT, PATCH, LINK, OTHER];
    for (leave, arguments, expected) in [
        ("", &[][..], &[][..]),
        ("", &["--allow-writes=false"], &[]),
        ("", &["--allow-writes"], &[LINK]),
        ("", &["--allow-writes", "--strict", "refusal"], &[LINK]),
        // A filter is no value.
        ("", &["--allow-writes", "post-"], &[LINK]),
        ("", &["--allow-writes", "delete-"], &[]),
        ("", &["--allow-writes=*"], &all_but_deletions),
        ("", &["--allow-writes=**"], &all_but_deletions),
        ("", &["--allow-writes=post-things"], &[POST]),
        ("", &["--allow-writes=post-things*"], &[POST, LINK]),
        ("", &["--allow-writes=put-*", "post-"], &[]),
        ("", &["--allow-writes=put-*,patch-*"], &[PUT, PATCH]),
        (
            "",
            &["--allow-writes=put-*", "--allow-writes=post-other-*"],
            &[PUT, OTHER],
        ),
        (
            "",
            &["--allow-writes", "--allow-writes=put-*"],
            &[PUT, LINK],
        ),
        ("", &["--allow-writes=delete-things-thingid"], &[DELETE]),
        ("", &["--allow-writes=delete-*"], &[DELETE, UNLINK]),
        ("", &["--allow-writes=*-thingid"], &[PUT, PATCH, OTHER]),
        ("allow-writes = false", &[], &[]),
        ("allow-writes = true", &[], &[LINK]),
        ("allow-writes = [\"put-*\"]", &[], &[PUT]),
        ("allow-writes = [\"put-*\"]", &["--allow-writes=false"], &[]),
        (
            "allow-writes = [\"put-*\"]",
            &["--allow-writes=post-other*"],
            &[OTHER],
        ),
        (
            "allow-writes = [\"*\", \"delete-*-link\"]",
            &["--list"],
            &[],
        ),
    ] {
        let served = served();
        let folder = folder(&served, leave);
        let ended = tried(&served, folder.path(), arguments);
        assert!(
            matches!(ended.code, Some(0 | 4)),
            "{leave} {arguments:?}: {}{}",
            ended.stdout,
            ended.stderr
        );
        assert_eq!(came(&served), owned(expected), "{leave} {arguments:?}");
    }
}

#[test]
fn what_is_held_back_is_told_with_what_lets_it_out() {
    let served = served();
    let folder = folder(&served, "");
    let list = |arguments: &[&str]| {
        let ended = tried(&served, folder.path(), &[&["--list"], arguments].concat());
        assert_eq!(ended.code, Some(0), "{}", ended.stderr);
        ended.stderr
    };
    let held = list(&[]);
    for line in [
        "cases ignored: it writes to the portal; allow it with --allow-writes\n",
        "allow it by its name with --allow-writes=put-things-thingid\n",
        "allow it by its name with --allow-writes=delete-things-thingid\n",
        "allow it by its name with --allow-writes=delete-things-thingid-link\n",
    ] {
        assert!(held.contains(line), "{line}{held}");
    }
    assert!(!held.contains("sent to change the portal"), "{held}");
    let out = list(&["--allow-writes=delete-things-thingid,put-*"]);
    for line in [
        "sent to change the portal:\n",
        "  DELETE api/2.0/things/1234 (delete-things-thingid), 1 time\n",
        "  PUT api/2.0/things/1234 (put-things-thingid), 1 time\n",
        "  PUT that must be refused (put-things-thingid), ",
    ] {
        assert!(out.contains(line), "{line}{out}");
    }
    assert!(!out.contains("POST api"), "{out}");
    let machine = tried(
        &served,
        folder.path(),
        &["--list", "--format", "json", "--allow-writes"],
    );
    let end = machine.stdout.lines().last().unwrap();
    let end: serde_json::Value = serde_json::from_str(end).unwrap();
    assert_eq!(end["changes"][0]["operation"], "post-things-thingid-link");
    assert_eq!(end["changes"][0]["paths"][0]["times"], 6);
    assert!(end["requests"].as_u64().unwrap() > 100, "{end}");
    assert_eq!(came(&served), owned(&[]));
}

#[test]
fn a_name_that_lets_nothing_out_is_refused_before_anything_is_sent() {
    for (leave, arguments, expected) in [
        (
            "",
            &["--allow-writes=put-thing-thingid"][..],
            "no operation of the pages is named `put-thing-thingid`; did you mean `put-things-thingid`?",
        ),
        ("", &["--allow-writes=get-*"], "`get-*` names reads alone"),
        (
            "",
            &["--allow-writes=d*"],
            "let out only by a pattern that begins with `delete`, such as `delete-things-thingid",
        ),
        (
            "",
            &["--allow-writes="],
            "an empty pattern names no operation",
        ),
        (
            "",
            &["--allow-writes=put-*,"],
            "an empty pattern names no operation",
        ),
        ("", &["--allow-writes=false,put-*"], "give one or the other"),
        (
            "",
            &["--allow-writes", "false"],
            "as in --allow-writes=false",
        ),
        (
            "allow-writes = [\"put-*\", \"post-thinks\"]",
            &[],
            "portal-conformance.toml:4:26: no operation of the pages is named `post-thinks`",
        ),
        ("allow-writes = []", &[], "expected names of operations"),
        (
            "allow-writes = 'put-*'",
            &[],
            "true, false or a list of names of operations",
        ),
    ] {
        let served = served();
        let folder = folder(&served, leave);
        let ended = tried(&served, folder.path(), arguments);
        assert_eq!(
            ended.code,
            Some(2),
            "{leave} {arguments:?}: {}",
            ended.stdout
        );
        assert!(
            ended.stderr.contains(expected),
            "{expected}\n{}",
            ended.stderr
        );
        assert_eq!(served.portal.log().len(), 0, "{arguments:?}");
    }
}

#[test]
fn no_value_of_a_parameter_leads_to_another_resource() {
    let rows = "name\nsent in url\nWhich one\nstring Ada\n";
    for value in ["..", ".", "a,..", "a,"] {
        let served = Served::of(&[&page("DELETE api/2.0/boats/{name}", rows)]);
        let named = format!("name={value}");
        let ended = served.run(&["--allow-writes=delete-*", "--param", &named]);
        assert_eq!(ended.code, Some(2), "{value}: {}", ended.stdout);
        let told = "in a path, it leads to another resource";
        assert!(ended.stderr.contains(told), "{}", ended.stderr);
        assert_eq!(served.portal.log().len(), 0);
    }
    let served = Served::of(&[&page("DELETE api/2.0/boats/{name}", rows)]);
    served.run(&["--allow-writes=delete-*", "--param", r"name=a\..\b"]);
    let log = served.portal.log();
    let mut deletions = log.iter().filter(|one| one.method == "DELETE");
    let escaped = "/api/2.0/boats/a%5C..%5Cb";
    assert!(deletions.any(|one| one.path == escaped), "{log:?}");
    // A page may show such a value as well.
    let rows = rows.replace("Ada", "..");
    let served = Served::of(&[&page("DELETE api/2.0/boats/{name}", &rows)]);
    let ended = served.run(&["--allow-writes=delete-*"]);
    assert_eq!(ended.code, Some(4), "{}{}", ended.stdout, ended.stderr);
    assert_eq!(served.portal.log().len(), 0);
}
