//! Values that are looked up on the portal, by its log.

use std::fs;
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::thread;

use tempfile::TempDir;

use crate::support::{Ended, TOKEN, answer_by_path, program, run};

const LIST: &str = r#"{"status": 0, "response": [
    {"Id": 71, "Title": "a", "Size": 1}, {"Id": 72, "Title": "b", "Size": 2}]}"#;
const ID: &str = "thingid\nsent in url\nWhich one\nnumber\n";

fn page(heading: &str, rows: &str, json: &str) -> String {
    let table = if rows.is_empty() {
        "This method doesn't have any parameters.\n".to_owned()
    } else {
        format!("Name Description Type Example\n{rows}")
    };
    format!(
        "{heading} This function requires authentication\n\nParameters\n{table}\nReturns\n\nThing\n\n\
         Example Response\n\napplication/json\n\n{json}\n"
    )
}

/// A status with its reason, a media type and a body.
type Answer = (String, String, String);

/// A portal that remembers what it was asked, with its pages and a target `mine` for it.
pub(crate) struct Things {
    pub(crate) folder: TempDir,
    pub(crate) url: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Things {
    /// A portal that answers its list so, with more keys of the target.
    pub(crate) fn listing(status: &str, media_type: &str, body: &str, more: &str) -> Self {
        let one = r#"{"status": 0, "response": {"Id": 71, "Title": "a", "Size": 1}}"#;
        let pages = [
            ("list", "GET api/2.0/things", "", LIST),
            ("read", "GET api/2.0/things/{thingid}", ID, one),
            ("remove", "DELETE api/2.0/things/{thingid}", ID, one),
        ];
        let list: Answer = [status, media_type, body].map(str::to_owned).into();
        Self::answering(&pages, more, move |path| {
            match path.rsplit_once("/things/") {
                None => list.clone(),
                Some((_, id)) => (
                    "200 OK".to_owned(),
                    "application/json".to_owned(),
                    one.replace("71", id),
                ),
            }
        })
    }

    /// A portal that answers to paths so, with its pages: of each its name, heading, rows and answer.
    fn answering(
        pages: &[(&str, &str, &str, &str)],
        more: &str,
        answer: impl Fn(&str) -> Answer + Send + Sync + 'static,
    ) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("pages")).unwrap();
        for (name, heading, rows, json) in pages {
            let path = folder.path().join(format!("pages/{name}.txt"));
            fs::write(path, page(heading, rows, json)).unwrap();
        }
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let text = format!(
            "[target.mine]\nurl = \"{url}\"\npages = \"pages\"\naccount.token = {{ env = \"PORTAL_TOKEN\" }}\n{more}\n"
        );
        fs::write(folder.path().join("portal-conformance.toml"), text).unwrap();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&asked);
        thread::spawn(move || {
            answer_by_path(&listener, |line| {
                let line = line.trim_end_matches(" HTTP/1.1").to_owned();
                let path = line.split(['?', ' ']).nth(1).unwrap_or_default();
                let answer = answer(path);
                log.lock().unwrap().push(line);
                answer
            });
        });
        Self { folder, url, asked }
    }

    pub(crate) fn sound(more: &str) -> Self {
        Self::listing("200 OK", "application/json", LIST, more)
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ended {
        let mut command = program(&["run", "--target", "mine"]);
        command.args(arguments).current_dir(self.folder.path());
        run(command.env("PORTAL_TOKEN", TOKEN))
    }

    /// What was asked, each once, in the order of the first time.
    pub(crate) fn asked(&self) -> Vec<String> {
        let mut asked: Vec<String> = Vec::new();
        for line in self.asked.lock().unwrap().iter() {
            if !asked.contains(line) {
                asked.push(line.clone());
            }
        }
        asked
    }

    fn times(&self, line: &str) -> usize {
        let asked = self.asked.lock().unwrap();
        asked.iter().filter(|one| *one == line).count()
    }
}

const LOOK_UP: &str = "[target.mine.look-up]\n\
     thingid = { get = \"api/2.0/things?count=9\", at = \"/response/*/Id\", take = 2 }";
const LOOKED_UP: &str = "GET /api/2.0/things?count=9";
const ONE: &[&str] = &["get-things-thingid::json::schema"];

#[test]
fn what_is_found_is_asked_for_and_looked_up_once() {
    let things = Things::sound(LOOK_UP);
    let ended = things.run(ONE);
    assert_eq!(ended.code, Some(0), "{}{}", ended.stdout, ended.stderr);
    let [first, second] = ["GET /api/2.0/things/71", "GET /api/2.0/things/72"];
    assert_eq!(things.asked(), [LOOKED_UP, first, second]);
    assert_eq!(things.times(LOOKED_UP), 1);
    // Where the number names nothing, one value says as much as two.
    let profile = "extends = \"as-documented\"\nname = \"mine\"\n\
                   [[identity]]\noperation = \"*\"\nparameter = \"thingid\"\nis = false\n";
    fs::write(things.folder.path().join("mine.toml"), profile).unwrap();
    let seconds = things.times(second);
    let ended = things.run(&[ONE, &["--profile", "mine.toml"]].concat());
    assert_eq!(ended.code, Some(0), "{}{}", ended.stdout, ended.stderr);
    assert_eq!(things.times(second), seconds);
    assert_eq!(things.times(LOOKED_UP), 2);
}

#[test]
fn what_is_named_is_not_looked_up() {
    for (more, arguments) in [
        (LOOK_UP.to_owned(), &["--param", "thingid=5"][..]),
        (format!("parameters = {{ thingid = 5 }}\n{LOOK_UP}"), &[]),
    ] {
        let things = Things::sound(&more);
        let ended = things.run(&[ONE, arguments].concat());
        assert_eq!(ended.code, Some(0), "{}{}", ended.stdout, ended.stderr);
        assert_eq!(things.asked(), ["GET /api/2.0/things/5"]);
    }
}

#[test]
fn what_is_not_found_is_not_judged_and_says_why() {
    const JSON: &str = "application/json";
    for (status, media_type, body, why) in [
        (
            "500 X",
            JSON,
            "{}",
            "GET api/2.0/things?count=9 was answered with 500",
        ),
        ("401 X", JSON, LIST, "was answered with 401"),
        (
            "200 OK",
            "text/html",
            "<html><body>Sign in</body></html>",
            "with 200 and a page for people",
        ),
        ("200 OK", JSON, "[", "was answered with what is no JSON"),
        (
            "200 OK",
            JSON,
            r#"{"response": []}"#,
            "holds nothing at /response/*/Id",
        ),
        (
            "200 OK",
            JSON,
            r#"{"response": {}}"#,
            "holds nothing at /response/*/Id",
        ),
        (
            "200 OK",
            JSON,
            r#"{"response": [{"Id": "../x"}, {"Id": null}, {"Id": "Ada"}]}"#,
            "holds no value of it at",
        ),
    ] {
        let things = Things::listing(status, media_type, body, LOOK_UP);
        let ended = things.run(&["thingid::json::transport"]);
        assert_eq!(ended.code, Some(3), "{body}: {}", ended.stdout);
        assert!(
            ended.stdout.contains("no value of thingid was found: "),
            "{}",
            ended.stdout
        );
        assert!(ended.stdout.contains(why), "{why}: {}", ended.stdout);
        assert!(ended.stdout.contains("look-up.thingid"), "{}", ended.stdout);
        assert_eq!(
            things.asked(),
            [LOOKED_UP],
            "the page's example is nobody's"
        );
    }
}

#[test]
fn what_was_found_is_nobodys_to_delete() {
    let leave = "--allow-writes=delete-things-thingid";
    let delete = "delete-things-thingid::json::";
    let things = Things::sound(LOOK_UP);
    let ended = things.run(&[delete, leave]);
    assert_eq!(ended.code, Some(4), "{}", ended.stdout);
    let listed = things.run(&[delete, leave, "--list"]);
    let why = "a look-up finds thingid, which is then somebody's";
    assert!(listed.stderr.contains(why), "{}", listed.stderr);
    assert!(
        !listed.stderr.contains("sent to change"),
        "{}",
        listed.stderr
    );
    things.run(&[leave]);
    let writes = |things: &Things| {
        let asked = things.asked().into_iter();
        let writes = asked.filter(|line| !["GET ", "HEAD", "OPTI"].contains(&&line[..4]));
        writes.collect::<Vec<_>>()
    };
    assert_eq!(writes(&things), [] as [String; 0]);
    // Who names it may delete it, and no one that a loose reader could take for it.
    things.run(&[leave, "--param", "thingid=9"]);
    let writes = writes(&things);
    assert!(
        writes.contains(&"DELETE /api/2.0/things/9".to_owned()),
        "{writes:?}"
    );
    assert!(
        writes.contains(&"DELETE /api/2.0/things/-9".to_owned()),
        "{writes:?}"
    );
    assert!(
        !writes.contains(&"DELETE /api/2.0/things/-1".to_owned()),
        "{writes:?}"
    );
}

#[test]
fn a_list_shows_what_is_looked_up_and_proposes_what_could_be() {
    let things = Things::sound(LOOK_UP);
    let listed = things.run(&["--list"]).stderr;
    let told = "looked up when the run begins: thingid, by GET api/2.0/things?count=9 at /response/*/Id, 2 at most\n";
    assert!(listed.contains(told), "{listed}");
    assert!(!listed.contains("could be looked up"), "{listed}");
    let things = Things::sound("");
    let listed = things.run(&["--list"]).stderr;
    let needs = "name one with --param thingid=..., or let the target look it up (look-up.thingid)";
    assert!(listed.contains(needs), "{listed}");
    let proposal = "thingid could be looked up, as get-things lists what get-things-thingid reads: [target.NAME.look-up] ";
    let line = listed.lines().find_map(|line| line.strip_prefix(proposal));
    let line = line.unwrap_or_else(|| panic!("{listed}"));
    // Nothing of it is used unasked.
    let ended = things.run(&["get-things-thingid::json::schema"]);
    assert_eq!(ended.code, Some(4), "{}", ended.stdout);
    assert_eq!(things.asked(), [] as [String; 0]);
    let things = Things::sound(&format!("[target.mine.look-up]\n{line}"));
    let ended = things.run(ONE);
    assert_eq!(
        ended.code,
        Some(0),
        "{line}: {}{}",
        ended.stdout,
        ended.stderr
    );
    assert_eq!(
        things.asked(),
        [
            "GET /api/2.0/things",
            "GET /api/2.0/things/71",
            "GET /api/2.0/things/72"
        ]
    );
}

/// A run that ends before anything is asked, as a look-up of the configuration is wrong.
fn assert_refused(things: &Things, arguments: &[&str], expected: &str) {
    let ended = things.run(arguments);
    let told = &ended.stderr;
    assert_eq!(ended.code, Some(2), "{expected}: {}", ended.stdout);
    assert!(told.contains("portal-conformance.toml:6:"), "{told}");
    assert!(told.contains(expected), "{expected}: {told}");
    assert_eq!(things.asked(), [] as [String; 0]);
}

#[test]
fn a_look_up_that_cannot_be_is_refused_at_its_place() {
    for (entry, expected) in [
        (
            "thinkid = { get = \"a\", at = \"/b\" }",
            "no page documents a parameter `thinkid`; did you mean `thingid`?",
        ),
        (
            "thingid = { get = \"https://elsewhere.example/a\", at = \"/b\" }",
            "`get` is a path below the target's URL",
        ),
        (
            "thingid = { get = \"a\", at = \"b\" }",
            "`at` is a JSON pointer",
        ),
        (
            "thingid = { get = \"a\", at = \"/b\", take = 0 }",
            "`take` is a number from 1 to 100",
        ),
        (
            "thingid = { get = \"a\", att = \"/b\" }",
            "unknown key `att`; did you mean `at`?",
        ),
        ("thingid = { at = \"/b\" }", "missing field `get`"),
    ] {
        let things = Things::sound(&format!("[target.mine.look-up]\n{entry}"));
        assert_refused(&things, ONE, expected);
    }
}

/// A portal with rooms and the exhibits of each, which knows none in another room.
fn rooms(more: &str) -> Things {
    const ROOM: &str = r#"{"Id": 71, "Name": "a", "Floor": 1}"#;
    const EXHIBIT: &str = r#"{"Id": 5, "Title": "a", "Year": 1800}"#;
    let room_id = ID.replace("thingid", "roomid");
    let both = format!("{room_id}{}", ID.replace("thingid", "exhibitid"));
    let said = |response: &str| format!("{{\"status\": 0, \"response\": {response}}}");
    let [rooms, exhibits] = [ROOM, EXHIBIT].map(|one| said(&format!("[{one}]")));
    let (room, exhibit) = (said(ROOM), said(EXHIBIT));
    let below = "GET api/2.0/rooms/{roomid}/exhibits";
    let pages = [
        ("rooms", "GET api/2.0/rooms", "", rooms.as_str()),
        ("room", "GET api/2.0/rooms/{roomid}", &room_id, &room),
        ("exhibits", below, &room_id, &exhibits),
        (
            "exhibit",
            &format!("{below}/{{exhibitid}}"),
            &both,
            &exhibit,
        ),
    ];
    Things::answering(&pages, more, |path| {
        let room = |id| ROOM.replace("71", id);
        let exhibit = |id| EXHIBIT.replace('5', id);
        let steps: Vec<&str> = path.split('/').skip(3).collect();
        let response = match steps.as_slice() {
            ["rooms"] => format!("[{}, {}]", room("72"), room("71")),
            ["rooms", id @ ("71" | "72")] => room(id),
            ["rooms", "72", "exhibits"] => format!("[{}, {}]", exhibit("8"), exhibit("9")),
            ["rooms", "72", "exhibits", id @ ("8" | "9")] => exhibit(id),
            ["rooms", "71", "exhibits"] | ["exhibits"] => format!("[{}]", exhibit("7")),
            ["rooms", "71", "exhibits", "7"] => exhibit("7"),
            _ => {
                let json = r#"{"status": 1, "statusCode": 404, "error": {"message": "Not found"}}"#;
                return ["404 Not Found", "application/json", json]
                    .map(str::to_owned)
                    .into();
            }
        };
        let json = format!("{{\"status\": 0, \"response\": {response}}}");
        ("200 OK".to_owned(), "application/json".to_owned(), json)
    })
}

const EXHIBIT: &str = "get-rooms-roomid-exhibits-exhibitid::json::";
const ROOMS: &str = "roomid = { get = \"api/2.0/rooms\", at = \"/response/*/Id\", take = 2 }";

#[test]
fn what_belongs_to_another_resource_is_looked_up_below_it() {
    let below = "exhibitid = { get = \"api/2.0/rooms/{roomid}/exhibits\", at = \"/response/*/Id\", take = 2 }";
    let things = rooms(&format!("[target.mine.look-up]\n{below}\n{ROOMS}"));
    for check in ["schema", "identity::repeated"] {
        let ended = things.run(&[&format!("{EXHIBIT}{check}")]);
        assert_eq!(ended.code, Some(0), "{}{}", ended.stdout, ended.stderr);
    }
    let read = |id| format!("GET /api/2.0/rooms/72/exhibits/{id}");
    let asked = things.asked();
    assert_eq!(
        asked[..2],
        ["GET /api/2.0/rooms", "GET /api/2.0/rooms/72/exhibits"]
    );
    for line in &asked[2..] {
        assert!([read("8"), read("9")].contains(line), "{line}");
    }
    // A room that somebody names is the one that is looked into.
    let things = rooms(&format!("[target.mine.look-up]\n{below}"));
    let ended = things.run(&[&format!("{EXHIBIT}schema"), "--param", "roomid=71"]);
    assert_eq!(ended.code, Some(0), "{}{}", ended.stdout, ended.stderr);
    let asked = ["exhibits", "exhibits/7"].map(|rest| format!("GET /api/2.0/rooms/71/{rest}"));
    assert_eq!(things.asked(), asked);
}

#[test]
fn the_proposals_for_what_belongs_to_another_resource_are_followed_as_they_are() {
    let listed = rooms("").run(&["--list"]).stderr;
    let lines = listed
        .lines()
        .filter_map(|line| line.split_once("[target.NAME.look-up] "));
    let lines: Vec<&str> = lines.map(|(_, entry)| entry).collect();
    assert!(
        lines
            .iter()
            .any(|line| line.contains("rooms/{roomid}/exhibits")),
        "{listed}"
    );
    let things = rooms(&format!("[target.mine.look-up]\n{}", lines.join("\n")));
    let ended = things.run(&["::json::"]);
    assert_ne!(ended.code, Some(2), "{}", ended.stderr);
    let of_others = things.asked().into_iter();
    let of_others = of_others.filter(|line| line.starts_with("GET /api/2.0/rooms/71/exhibits/"));
    assert_eq!(of_others.count(), 0);
    let ended = things.run(&[&format!("{EXHIBIT}schema")]);
    assert_eq!(ended.code, Some(0), "{}{}", ended.stdout, ended.stderr);
}

#[test]
fn values_that_were_found_apart_are_not_put_together() {
    let apart = "exhibitid = { get = \"api/2.0/exhibits\", at = \"/response/*/Id\" }";
    let things = rooms(&format!("[target.mine.look-up]\n{apart}\n{ROOMS}"));
    let ended = things.run(&[EXHIBIT]);
    assert_eq!(ended.code, Some(4), "{}{}", ended.stdout, ended.stderr);
    let listed = things.run(&[EXHIBIT, "--list"]).stderr;
    let why = "the values of roomid and exhibitid were not found together";
    assert!(listed.contains(why), "{listed}");
    // Somebody who names both knows it.
    let named = ["--param", "roomid=71", "--param", "exhibitid=7"];
    let ended = things.run(&[&[&*format!("{EXHIBIT}schema")], &named[..]].concat());
    assert_eq!(ended.code, Some(0), "{}{}", ended.stdout, ended.stderr);
}

#[test]
fn what_is_looked_up_below_what_nobody_names_is_refused_at_its_place() {
    let below = "{ get = \"api/2.0/rooms/{roomid}/exhibits\", at = \"/response/*/Id\" }";
    for (entries, expected) in [
        (
            format!("exhibitid = {below}"),
            "`get` holds {roomid}, of which nobody names a value",
        ),
        (
            format!("exhibitid = {}", below.replace("roomid", "romid")),
            "no page documents such a parameter; did you mean `roomid`?",
        ),
        (
            format!(
                "exhibitid = {below}\nroomid = {}",
                below.replace("roomid", "exhibitid")
            ),
            "whose own look-up needs a value of this one",
        ),
    ] {
        let things = rooms(&format!("[target.mine.look-up]\n{entries}"));
        assert_refused(&things, &[EXHIBIT], expected);
    }
}
