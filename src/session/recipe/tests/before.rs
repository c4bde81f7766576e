//! What was there before a step: no look for what the run made takes it for that.

use super::*;
use crate::run::Unfound;
use crate::session::journal::new_run;

const LISTED: &str = "GET /contacts";

/// A step that makes a contact by the method and path, and finds it in a list of all.
fn listing(method: &str, path: &str) -> Recipe {
    let mut recipe = recipe(true);
    let step = &mut recipe.set_up[0];
    (step.method, step.path) = (method.to_owned(), path.to_owned());
    if let Some(find) = &mut step.find {
        "contacts".clone_into(&mut find.path);
    }
    recipe
}

fn list(items: &Value) -> Answer {
    json(LISTED, 200, &json!({ "list": items }))
}

fn is_existed(undoing: &Undoing) -> bool {
    matches!(
        undoing.left.as_slice(),
        [Leftover::Unfound {
            why: Unfound::Existed { .. },
            ..
        }]
    )
}

#[test]
fn what_the_find_of_a_step_listed_before_it_was_not_made_by_it() {
    let before = list(&json!([{ "id": 7, "name": "Smith" }]));
    // It is changed, and bears the name of the run now.
    let after = list(&json!([{ "id": 7, "name": "of run1" }]));
    for answer in [
        json(MAKE, 200, &json!({ "id": 7 })),
        json(MAKE, 500, &json!({})),
        json(MAKE, 0, &json!({})),
    ] {
        let is_answered = answer.1 == 200;
        let portal = Portal::new(&[before.clone(), answer, after.clone()]);
        let (made, undoing) = portal.tried(&listing("POST", "make"));
        let is_listed = is_unkept(made.map_err(|why| problem(Err(why))), |one| {
            matches!(one, Unkept::Listed { .. })
        });
        assert_eq!(is_listed, is_answered);
        assert!(is_existed(&undoing), "{:?}", undoing.left);
        let told = leftover(&undoing.left[0]);
        let words = "the `contactid` 7, which its `find` finds, was there before";
        assert!(told.contains(words), "{told}");
        assert_eq!(portal.asked(), [LISTED, MAKE, LISTED]);
    }
    // What was not there is the run's, and what the run made is not what was there before another step.
    let second = list(&json!([{ "id": 7, "name": "Smith" }, { "id": 8, "name": "of run1" }]));
    let delete = json("DELETE /contact/8", 200, &json!({}));
    let portal = Portal::new(&[before, json(MAKE, 500, &json!({})), second, delete]);
    let (_, undoing) = portal.tried(&listing("POST", "make"));
    assert_eq!((undoing.undone, undoing.left.len()), (1, 0));
}

#[test]
fn what_a_run_made_is_not_what_was_there_before_its_next_step() {
    let other = |find: &str| Find {
        path: find.to_owned(),
        list: "/list".to_owned(),
        keep: [("contactid".to_owned(), "/id".to_owned())].into(),
        holds: "/name".to_owned(),
        gone: None,
    };
    let mut recipe = recipe(true);
    let second = Step {
        name: "make another".to_owned(),
        find: Some(other("contacts")),
        path: "other".to_owned(),
        ..recipe.set_up[0].clone()
    };
    recipe.set_up.push(second);
    let portal = Portal::new(&[
        json(MAKE, 201, &json!({ "id": 7 })),
        list(&json!([{ "id": 7, "name": "of run1" }])),
        json("POST /other", 500, &json!({})),
        list(&json!([{ "id": 7, "name": "of run1" }, { "id": 8, "name": "of run1" }])),
        json(DELETE, 200, &json!({})),
        json("DELETE /contact/8", 200, &json!({})),
    ]);
    let (_, undoing) = portal.tried(&recipe);
    assert_eq!((undoing.undone, undoing.left.len()), (2, 0));
}

#[test]
fn what_a_step_names_is_not_found_for_it() {
    for status in [200, 500] {
        let put = "PUT /contact/1234";
        let portal = Portal::new(&[
            list(&json!([])),
            json(put, status, &json!({ "id": 1234 })),
            list(&json!([{ "id": 1234, "name": "of run1" }])),
        ]);
        let (made, undoing) = portal.tried(&listing("PUT", "contact/1234"));
        assert!(made.is_err());
        assert!(is_existed(&undoing), "{:?}", undoing.left);
        assert_eq!(portal.asked(), [LISTED, put, LISTED], "{status}");
    }
}

#[test]
fn what_was_there_is_known_to_a_later_cleanup() {
    let name = new_run();
    let portal = Portal::new(&[
        list(&json!([{ "id": 7, "name": "Smith" }])),
        json(MAKE, 0, &json!({})),
        list(&json!([{ "id": 7, "name": format!("of {name}") }])),
    ]);
    let recipe = listing("POST", "make");
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let mut journal = portal.journal_of(&name);
        let before = (&NamedValues::new(), Seen::default());
        let made = set_up(&portal.client, &recipe, &mut journal, before, &|| None).await;
        assert!(made.is_err());
        let path = journal.path().to_owned();
        drop(journal);
        let Ok(crate::session::journal::Opened::Left(mut journal)) =
            crate::session::journal::open(&path)
        else {
            panic!("{}", path.display());
        };
        let (stays, all) = (Unanswered::StaysOpen, Duration::MAX);
        let undoing = undo(&portal.client, &recipe, &mut journal, stays, all).await;
        assert!(is_existed(&undoing), "{:?}", undoing.left);
    });
    assert_eq!(portal.asked(), [LISTED, MAKE, LISTED]);
}

/// A portal whose look finds the only contact there is, and says of it what it is asked for.
fn reflecting() -> (Client, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let asked = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&asked);
    std::thread::spawn(move || {
        let mut finds = 0;
        for stream in listener.incoming() {
            let mut stream = BufReader::new(stream.unwrap());
            let Some(line) = read_request(&mut stream) else {
                continue;
            };
            let body = line.split_once("by=").map(|(_, name)| {
                finds += 1;
                // The contact is there since the step.
                let items = if finds > 1 {
                    json!([{ "id": 7, "name": format!("Smith ({name})") }])
                } else {
                    json!([])
                };
                json!({ "list": items }).to_string()
            });
            let (status, body) = body.map_or((500, "{}".to_owned()), |body| (200, body));
            log.lock().unwrap().push(line);
            let length = body.len();
            let answer = format!(
                "HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
            );
            stream.get_mut().write_all(answer.as_bytes()).unwrap();
        }
    });
    let client = Client::new(Arc::new(Target::new(url.parse().unwrap()))).unwrap();
    (client, asked)
}

#[test]
fn a_look_that_finds_any_name_is_not_believed() {
    let (client, asked) = reflecting();
    let portal = Portal {
        client,
        asked,
        ..Portal::new(&[])
    };
    let (_, undoing) = portal.tried(&recipe(true));
    let told: Vec<String> = undoing.left.iter().map(leftover).collect();
    assert_eq!(told.len(), 1, "{told:?}");
    let words = "what it made cannot be looked for: its `find` also finds a name that nobody uses";
    assert!(told[0].contains(words), "{told:?}");
    let asked = portal.asked();
    assert_eq!(asked, [MAKE, FIND], "nothing is undone");
}

#[test]
fn a_look_of_which_nobody_knows_whether_it_finds_any_name_is_not_believed() {
    // The step is not looked for before: nobody has its name, and one request gets the 503.
    for (status, undone) in [(404, 1), (400, 1), (503, 0), (500, 0)] {
        let portal = Portal::new(&[
            json(MAKE, 500, &json!({})),
            ours(&[7]),
            json("*", status, &json!({})),
            json(DELETE, 200, &json!({})),
        ]);
        let (_, undoing) = portal.tried(&recipe(true));
        assert_eq!(
            (undoing.undone, undoing.left.len()),
            (undone, 1 - undone),
            "{status}"
        );
    }
}

#[test]
fn what_a_look_up_saw_of_the_kind_was_not_made() {
    let tried = |seen: Seen| {
        let portal = Portal::new(&[json(MAKE, 201, &json!({ "id": 7 })), ours(&[7])]);
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            let mut journal = portal.journal();
            let recipe = recipe(true);
            let before = (&NamedValues::new(), seen);
            let made = set_up(&portal.client, &recipe, &mut journal, before, &|| None).await;
            let (stays, all) = (Unanswered::StaysOpen, Duration::MAX);
            let undoing = undo(&portal.client, &recipe, &mut journal, stays, all).await;
            (made.is_ok(), undoing.undone, portal.asked())
        })
    };
    let seen = |of: &dyn Fn(&mut Seen)| {
        let mut seen = Seen::default();
        of(&mut seen);
        tried(seen)
    };
    let ids = || ["5", "07"].map(str::to_owned).into_iter();
    let refused = (false, 0, vec![MAKE.to_owned(), FIND.to_owned()]);
    assert_eq!(seen(&|seen| seen.name("contactid", ids())), refused);
    let read = json!({ "response": [{ "id": 7 }] });
    assert_eq!(seen(&|seen| seen.note("make/filter?x=1", &read)), refused);
    // The numbers of other things are no ids of this kind.
    assert!(seen(&|seen| seen.name("projectid", ids())).0);
    assert!(seen(&|seen| seen.note("api/2.0/project", &read)).0);
}
