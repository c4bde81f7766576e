//! What counts as undone, and what stays open or is left.

use super::super::answer::{is_over, repeat};
use super::*;
use crate::client::Repeat;
use crate::run::Unfound;
use crate::session::journal::Entry;

#[test]
fn what_is_gone_or_undone_already_is_left_alone() {
    let page = "<!DOCTYPE html><title>Not found</title>".to_owned();
    for (answer, gone, left) in [
        (json(DELETE, 404, &json!({})), 1, 0),
        (json(DELETE, 410, &json!({})), 1, 0),
        (json(DELETE, 403, &json!({})), 0, 1),
        ((DELETE, 404, "text/html", page), 0, 1),
    ] {
        let portal = Portal::new(&[json(MAKE, 201, &json!({ "id": 7 })), answer, ours(&[])]);
        let (made, undoing) = portal.tried(&recipe(true));
        assert_eq!(made.unwrap()["contactid"], ["7"]);
        assert_eq!((undoing.gone, undoing.left.len()), (gone, left));
    }
    let portal = Portal::new(&[
        json(MAKE, 201, &json!({ "id": 7 })),
        json(DELETE, 200, &json!({})),
    ]);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let recipe = recipe(true);
        let mut journal = portal.journal();
        let made = set_up(
            &portal.client,
            &recipe,
            &mut journal,
            (&NamedValues::new(), Seen::default()),
            &|| None,
        )
        .await;
        assert_eq!(made.unwrap().kept.len(), 1);
        for undone in [1, 0] {
            let undoing = undo(
                &portal.client,
                &recipe,
                &mut journal,
                Unanswered::StaysOpen,
                Duration::MAX,
            )
            .await;
            assert_eq!((undoing.undone, undoing.gone), (undone, 0));
        }
    });
    assert_eq!(portal.asked(), [MAKE, FIND, DELETE, FIND]);
}

/// What is left where a thing that was made is said not to be there, and what else was asked.
fn absent(recipe: &Recipe, answers: &[Answer]) -> (Undoing, Vec<String>) {
    let mut all = vec![
        json(MAKE, 201, &json!({ "id": 7 })),
        json(DELETE, 404, &json!({})),
    ];
    all.extend_from_slice(answers);
    let portal = Portal::new(&all);
    let (_, undoing) = portal.tried(recipe);
    let asked = portal.asked().split_off(1);
    (undoing, asked)
}

fn left_of(undoing: &Undoing) -> &StepProblem {
    match undoing.left.as_slice() {
        [Leftover::Step(failed)] => &failed.problem,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_portal_that_knows_nothing_at_all_has_nothing_that_is_gone() {
    let (undoing, asked) = absent(&recipe(true), &[]);
    assert_eq!(left_of(&undoing), &StepProblem::Unshown(404));
    assert_eq!(asked, [FIND, DELETE, FIND]);
    // Nothing could show it.
    let (undoing, asked) = absent(&recipe(false), &[]);
    assert_eq!(left_of(&undoing), &StepProblem::Unshown(404));
    assert_eq!(asked, [DELETE]);
}

#[test]
fn what_the_portal_still_lists_is_not_gone() {
    let (undoing, asked) = absent(&recipe(true), &[ours(&[7])]);
    assert_eq!(left_of(&undoing), &StepProblem::Listed(404));
    assert_eq!(asked, [FIND, DELETE, FIND]);
}

#[test]
fn what_the_portal_says_it_did_counts_where_nothing_shows_otherwise() {
    let failure = json!({ "status": 1, "error": { "message": "Access denied" } });
    let of_find = |answer: Answer, listed: &[u64]| {
        let portal = Portal::new(&[json(MAKE, 201, &json!({ "id": 7 })), answer, ours(listed)]);
        let (_, undoing) = portal.tried(&recipe(true));
        (undoing, portal.asked().split_off(3))
    };
    for status in [202, 204] {
        let (undoing, asked) = of_find(json(DELETE, status, &json!({})), &[7]);
        assert_eq!(left_of(&undoing), &StepProblem::Listed(status));
        assert_eq!(asked, [FIND; 3], "a list may be late");
        let (undoing, _) = of_find(json(DELETE, status, &json!({})), &[]);
        assert_eq!((undoing.undone, undoing.left.len()), (1, 0));
    }
    let (undoing, asked) = of_find(json(DELETE, 200, &failure), &[]);
    assert_eq!(left_of(&undoing), &StepProblem::Refused(200));
    assert_eq!(asked, [""; 0]);
    // A list that nobody gets shows nothing.
    let hidden = json(FIND, 403, &json!({}));
    for (status, left) in [(202, 1), (200, 0)] {
        let done = json(DELETE, status, &json!({}));
        let portal = Portal::new(&[json(MAKE, 201, &json!({ "id": 7 })), done, hidden.clone()]);
        let (_, undoing) = portal.tried(&recipe(true));
        assert_eq!(undoing.left.len(), left, "{status}");
    }
    // Nobody can look.
    for (answer, left) in [
        (json(DELETE, 202, &json!({})), Some(StepProblem::Accepted)),
        (json(DELETE, 200, &failure), Some(StepProblem::Refused(200))),
        (json(DELETE, 204, &json!({})), None),
        (
            json(DELETE, 200, &json!({ "response": { "error": "kept" } })),
            None,
        ),
    ] {
        let portal = Portal::new(&[json(MAKE, 201, &json!({ "id": 7 })), answer]);
        let (_, undoing) = portal.tried(&recipe(false));
        assert_eq!(
            undoing.left.first().map(|_| left_of(&undoing)),
            left.as_ref()
        );
        assert_eq!(portal.asked(), [MAKE, DELETE]);
    }
    // What is closed is listed on.
    let close = "PUT /contact/7";
    let mut closing = recipe(true);
    "PUT".clone_into(&mut closing.tear_down[0].method);
    let portal = Portal::new(&[
        json(MAKE, 201, &json!({ "id": 7 })),
        json(close, 200, &json!({})),
        ours(&[7]),
    ]);
    let (_, undoing) = portal.tried(&closing);
    assert_eq!((undoing.undone, undoing.left.len()), (1, 0));
}

#[test]
fn what_is_told_as_before_is_there_though_the_portal_says_that_it_took_it() {
    let read = "GET /crm/contact/7";
    let tried = |has_find: bool, read: Answer, status: u16| {
        let mut recipe = recipe(has_find);
        let path = "crm/contact/{contactid}".to_owned();
        recipe.reads.insert("contactid".to_owned(), path);
        let answers = [
            json(MAKE, 201, &json!({ "id": 7 })),
            json(DELETE, status, &json!({})),
            ours(&[]),
            read,
        ];
        let portal = Portal::new(&answers);
        let (_, undoing) = portal.tried(&recipe);
        let problem = undoing.left.first().map(|_| left_of(&undoing).clone());
        let reads = portal.asked();
        let reads = reads
            .iter()
            .filter(|line| line.starts_with("GET /crm/contact/7"));
        (problem, reads.count())
    };
    let there = |status| StepProblem::Read {
        status,
        path: "crm/contact/7".to_owned(),
    };
    let shown = json(read, 200, &json!({ "id": 7, "title": "renamed" }));
    for has_find in [false, true] {
        let (problem, reads) = tried(has_find, shown.clone(), 204);
        assert_eq!(problem, Some(there(204)), "{has_find}");
        assert_eq!(reads, 4, "a read may be late");
        for gone in [
            json(read, 404, &json!({})),
            json(read, 403, &json!({})),
            json(read, 200, &json!({ "id": 7, "state": "deleted" })),
            json(read, 200, &json!({})),
        ] {
            assert_eq!(tried(has_find, gone, 200), (None, 1), "{has_find}");
        }
        // What its list has no more is put aside, if it still bears the name by which the list is searched.
        let named = json(read, 200, &json!({ "id": 7, "title": "of run1" }));
        let is_told = tried(has_find, named, 204).0.is_some();
        assert_eq!(is_told, !has_find);
    }
}

/// A step that reads, and the request that it is.
fn reading(mut recipe: Recipe) -> Recipe {
    let me = Step {
        name: "who am I".to_owned(),
        method: "GET".to_owned(),
        path: "me".to_owned(),
        body: None,
        keep: [].into(),
        find: None,
        repeatable: false,
        makes: None,
        spares_others: Vec::new(),
    };
    recipe.set_up.push(me);
    recipe
}

/// What undoing comes to of what a case is said to have deleted, by ids, and then answers 404.
fn taken(recipe: &Recipe, ids: &[&str], answers: &[Answer]) -> Undoing {
    let mut all = vec![
        json(MAKE, 201, &json!({ "id": 7 })),
        json(DELETE, 404, &json!({})),
    ];
    all.extend(answers.iter().cloned());
    let portal = Portal::new(&all);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let mut journal = portal.journal();
        let before = (&NamedValues::new(), Seen::default());
        let made = set_up(&portal.client, recipe, &mut journal, before, &|| None);
        assert_eq!(made.await.unwrap().kept["contactid"], ["7"]);
        let ids = ids.iter().map(|id| (*id).to_owned()).collect();
        let ids = [("contactid".to_owned(), ids)].into();
        journal.write(&Entry::Taken { ids }).unwrap();
        let stays = Unanswered::StaysOpen;
        undo(&portal.client, recipe, &mut journal, stays, Duration::MAX).await
    })
}

#[test]
fn what_a_case_deleted_is_gone_already() {
    let undoing = taken(&recipe(false), &["7"], &[]);
    assert_eq!((undoing.gone, undoing.left.len()), (1, 0));
    let undoing = taken(&recipe(false), &["8"], &[]);
    assert_eq!(left_of(&undoing), &StepProblem::Unshown(404));
    // What the portal shows wins over what it said.
    let mut documented = recipe(false);
    let read = "crm/contact/{contactid}".to_owned();
    documented.reads.insert("contactid".to_owned(), read);
    let there = json("GET /crm/contact/7", 200, &json!({ "id": 7 }));
    assert_eq!(taken(&documented, &["7"], &[there]).left.len(), 1);
    assert_eq!(taken(&recipe(true), &["7"], &[ours(&[7])]).left.len(), 1);
    let down = json("GET /me", 503, &json!({}));
    let alive = json("GET /me", 200, &json!({}));
    let undoing = taken(&reading(recipe(false)), &["7"], &[alive.clone(), down]);
    assert_eq!(left_of(&undoing), &StepProblem::Unshown(404));
}

#[test]
fn a_documented_deletion_takes_what_steps_keep() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let documented = ("DELETE", "api/crm/contact/{contactid}");
    let taken = |of: (&str, &str), status, body: &Value| {
        let portal = Portal::new(&[json("DELETE /api/crm/contact/7.json", status, body)]);
        let filled = Filled {
            path: "api/crm/contact/7.json".to_owned(),
            body: None,
            values: NamedValues::new(),
        };
        let exchange = portal.client.ask(request("DELETE", &filled), Repeat::Never);
        recipe(false).taken(of, &runtime.block_on(exchange))
    };
    let own = Some(("contactid".to_owned(), "7".to_owned()));
    assert_eq!(taken(documented, 200, &json!({})), own);
    for (status, body) in [
        (202, json!({})),
        (404, json!({})),
        (500, json!({})),
        (200, json!({ "success": false })),
    ] {
        assert_eq!(taken(documented, status, &body), None, "{status} {body}");
    }
    for of in [
        ("GET", documented.1),
        ("DELETE", "api/crm/contact/{other}"),
        ("DELETE", "api/crm/contact/{contactid}/photo"),
    ] {
        assert_eq!(taken(of, 200, &json!({})), None, "{of:?}");
    }
}

#[test]
fn without_a_find_another_read_shows_that_the_portal_is_there() {
    let me = "GET /me";
    let alive = json(me, 200, &json!({}));
    let read = "GET /crm/contact/7";
    let documented = || {
        let mut recipe = reading(recipe(false));
        let path = "crm/contact/{contactid}".to_owned();
        recipe.reads.insert("contactid".to_owned(), path);
        recipe
    };
    let (undoing, asked) = absent(&documented(), std::slice::from_ref(&alive));
    assert_eq!((undoing.gone, undoing.left.len()), (1, 0));
    // It is asked again, as it may have been down before.
    assert_eq!(asked, [me, read, DELETE, me, read, DELETE]);
    let late = [alive.clone(), json(DELETE, 204, &json!({}))];
    let (undoing, _) = absent(&documented(), &late);
    assert_eq!((undoing.undone, undoing.gone), (1, 0));
    // What the run made a moment ago is there as long as it is read.
    let there = [alive.clone(), json(read, 200, &json!({ "id": 7 }))];
    let (undoing, _) = absent(&documented(), &there);
    let told = leftover(&undoing.left[0]);
    assert!(
        told.contains("GET /crm/contact/7 still answers it"),
        "{told}"
    );
    let down = [alive.clone(), json(read, 503, &json!({}))];
    let (undoing, _) = absent(&documented(), &down);
    assert_eq!(left_of(&undoing), &StepProblem::Unshown(404));
    // Nothing can be looked at, and nothing was undone.
    let (undoing, _) = absent(&reading(recipe(false)), std::slice::from_ref(&alive));
    assert_eq!(left_of(&undoing), &StepProblem::Unlooked(404));
    // It was there when it was set up, and is no more.
    let down = [alive, json(me, 404, &json!({}))];
    let (undoing, asked) = absent(&reading(recipe(false)), &down);
    assert_eq!(left_of(&undoing), &StepProblem::Unshown(404));
    assert_eq!(asked, [me, DELETE, me]);
}

/// Two steps that make a thing each, and cannot be looked for.
fn of_two() -> Recipe {
    let mut recipe = recipe(false);
    let second = Step {
        name: "make another".to_owned(),
        ..recipe.set_up[0].clone()
    };
    recipe.set_up.push(second);
    recipe
}

#[test]
fn without_any_read_the_same_step_shows_it() {
    let other = "DELETE /contact/8";
    let portal = Portal::new(&[
        json(MAKE, 201, &json!({ "id": 7 })),
        json(MAKE, 201, &json!({ "id": 8 })),
        json(DELETE, 404, &json!({})),
        json(other, 200, &json!({})),
    ]);
    let (_, undoing) = portal.tried(&of_two());
    assert_eq!((undoing.undone, undoing.gone), (1, 1));
    assert_eq!(portal.asked(), [MAKE, MAKE, DELETE, other, DELETE]);
}

#[test]
fn what_the_same_step_did_before_shows_nothing_of_a_portal_that_may_be_down_since() {
    let other = "DELETE /contact/8";
    let portal = Portal::new(&[
        json(MAKE, 201, &json!({ "id": 7 })),
        json(MAKE, 201, &json!({ "id": 8 })),
        json(DELETE, 200, &json!({})),
        json(other, 404, &json!({})),
    ]);
    let (_, undoing) = portal.tried(&of_two());
    assert_eq!(
        (undoing.undone, undoing.gone, undoing.left.len()),
        (1, 0, 1)
    );
}

#[test]
fn an_unanswered_request_stays_open_until_it_is_found_or_given_up() {
    let portal = Portal::new(&[
        json(MAKE, 0, &json!({})),
        ours(&[]),
        ours(&[]),
        ours(&[]),
        ours(&[]),
        ours(&[7]),
        json(DELETE, 200, &json!({})),
    ]);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let recipe = recipe(true);
        let mut journal = portal.journal();
        let made = set_up(
            &portal.client,
            &recipe,
            &mut journal,
            (&NamedValues::new(), Seen::default()),
            &|| None,
        )
        .await;
        assert!(made.is_err());
        let undo_all = async |journal: &mut Journal, unanswered| {
            undo(&portal.client, &recipe, journal, unanswered, Duration::MAX).await
        };
        let undoing = undo_all(&mut journal, Unanswered::StaysOpen).await;
        assert!(matches!(
            undoing.left.as_slice(),
            [Leftover::Unfound {
                why: Unfound::NotYet,
                ..
            }]
        ));
        let undoing = undo_all(&mut journal, Unanswered::StaysOpen).await;
        assert_eq!((undoing.undone, undoing.left.len()), (1, 0));
        assert!(journal.standing.open.is_empty());
        // Another that never comes to light.
        let step = "make".to_owned();
        let begun = Entry::Begun {
            at: 1,
            step,
            makes: true,
        };
        journal.write(&begun).unwrap();
        let undoing = undo_all(&mut journal, Unanswered::IsGivenUp).await;
        assert_eq!((undoing.given_up.len(), undoing.left.len()), (1, 0));
        let told = given_up(&undoing.given_up[0]);
        assert!(
            told.contains("nothing on the portal bears `run1`"),
            "{told}"
        );
        let undoing = undo_all(&mut journal, Unanswered::StaysOpen).await;
        assert_eq!(undoing, Undoing::default());
    });
}

#[test]
fn only_a_portal_that_is_done_makes_nothing_later() {
    for (status, expected) in [
        (200, true),
        (201, true),
        (202, false),
        (302, true),
        (408, false),
        (500, true),
        (502, false),
        (503, false),
        (504, false),
        (520, false),
        (524, false),
        (528, true),
    ] {
        assert_eq!(is_over(status), expected, "{status}");
    }
    for (status, left) in [(500, 0), (504, 1)] {
        let portal = Portal::new(&[json(MAKE, status, &json!({})), ours(&[])]);
        let (_, undoing) = portal.tried(&recipe(true));
        assert_eq!(undoing.left.len(), left, "{status}");
    }
}

#[test]
fn only_what_may_be_done_twice_is_sent_twice() {
    let [undo] = recipe(true).tear_down.try_into().unwrap();
    for (method, is_repeatable, expected) in [
        ("DELETE", false, Repeat::Allowed),
        ("PUT", false, Repeat::Allowed),
        ("POST", false, Repeat::Never),
        ("PATCH", false, Repeat::Never),
        ("POST", true, Repeat::Allowed),
    ] {
        let step = Step {
            method: method.to_owned(),
            repeatable: is_repeatable,
            ..undo.clone()
        };
        assert_eq!(repeat(&step), expected, "{method}");
    }
}

#[test]
fn a_step_that_is_put_off_is_repeated_only_where_it_may_be() {
    for (method, times) in [("DELETE", 2), ("POST", 1)] {
        let line: &'static str = if method == "POST" {
            "POST /contact/7"
        } else {
            DELETE
        };
        let portal = Portal::new(&[
            json(MAKE, 201, &json!({ "id": 7 })),
            json(line, 503, &json!({})),
            json(line, 200, &json!({})),
        ]);
        let mut recipe = recipe(true);
        recipe.tear_down[0].method = method.to_owned();
        let (_, undoing) = portal.tried(&recipe);
        assert_eq!(undoing.left.len(), 2 - times, "{method}");
        let asked = portal.asked();
        let sent = asked.iter().filter(|asked| **asked == line);
        assert_eq!(sent.count(), times, "{method}");
    }
}

#[test]
fn what_a_step_read_is_never_undone() {
    // The file was changed since: a step that read then makes now.
    let portal = Portal::new(&[json(DELETE, 200, &json!({}))]);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let mut journal = portal.journal();
        for (at, makes, id) in [(0, false, "7"), (1, true, "9")] {
            let step = "make".to_owned();
            journal.write(&Entry::Begun { at, step, makes }).unwrap();
            let kept = NamedValues::from([("contactid".to_owned(), vec![id.to_owned()])]);
            journal.write(&Entry::Ended { at, kept }).unwrap();
        }
        undo(
            &portal.client,
            &recipe(false),
            &mut journal,
            Unanswered::StaysOpen,
            Duration::MAX,
        )
        .await;
    });
    assert_eq!(portal.asked(), ["DELETE /contact/9"]);
}

#[test]
fn what_no_tear_down_step_is_about_is_said() {
    let portal = Portal::new(&[json(MAKE, 201, &json!({ "id": 7 }))]);
    // Its second name has no value.
    let mut recipe = recipe(true);
    recipe.tear_down[0].path = "project/{projectid}/contact/{contactid}".to_owned();
    let (_, undoing) = portal.tried(&recipe);
    let [left @ Leftover::Undoable { .. }] = undoing.left.as_slice() else {
        panic!("{:?}", undoing.left);
    };
    let words = "the run made the `contactid` 7, and no tear-down step is about it";
    assert!(leftover(left).starts_with(words), "{}", leftover(left));
}

#[test]
fn an_answer_without_the_list_is_no_look_that_found_nothing() {
    let page = "<!DOCTYPE html><title>Sign in</title>".to_owned();
    let maintained = json!({ "status": "maintenance" });
    for (answer, why) in [
        (
            json(FIND, 200, &maintained),
            "/list of the answer is no list",
        ),
        (
            json(FIND, 200, &json!([])),
            "/list of the answer is no list",
        ),
        ((FIND, 200, "text/html", page), "an HTML page"),
        (json(FIND, 503, &json!({})), "answered with 503"),
    ] {
        // The portal is done with it: only a look can close it.
        let portal = Portal::new(&[json(MAKE, 500, &json!({})), answer.clone()]);
        let (_, undoing) = portal.tried(&recipe(true));
        assert_eq!(undoing.left.len(), 1, "{answer:?}");
        let told = leftover(&undoing.left[0]);
        assert!(told.contains(why), "{told}");
        // Whoever closes it is told that nobody looked.
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let undoing = runtime.block_on(async {
            let mut journal = portal.journal_of("run2");
            let step = "make".to_owned();
            let (at, makes) = (0, true);
            journal.write(&Entry::Begun { at, step, makes }).unwrap();
            let mut recipe = recipe(true);
            if let Some(find) = &mut recipe.set_up[0].find {
                "find?by=run1".clone_into(&mut find.path);
            }
            undo(
                &portal.client,
                &recipe,
                &mut journal,
                Unanswered::IsGivenUp,
                Duration::MAX,
            )
            .await
        });
        assert_eq!((undoing.given_up.len(), undoing.left.len()), (1, 0));
        let told = given_up(&undoing.given_up[0]);
        assert!(told.contains(why), "{told}");
        let told_of = "whether something on the portal bears `run2` is not known";
        assert!(told.contains(told_of), "{told}");
    }
}

#[test]
fn such_an_answer_does_not_say_that_anything_is_gone() {
    let maintained = json(FIND, 200, &json!({ "status": "maintenance" }));
    let (undoing, _) = absent(&recipe(true), &[maintained]);
    assert_eq!(left_of(&undoing), &StepProblem::Unshown(404));
    // Nor does a text of what stands before the portal.
    let robots = ("GET /me", 200, "text/plain", "User-agent: *".to_owned());
    let (undoing, _) = absent(&reading(recipe(false)), &[robots]);
    assert_eq!(left_of(&undoing), &StepProblem::Unshown(404));
}

#[test]
fn a_page_for_people_says_nothing_of_what_the_portal_does_later() {
    let page = "<!DOCTYPE html><title>Busy</title>".to_owned();
    let portal = Portal::new(&[(MAKE, 200, "text/html", page), ours(&[])]);
    let (_, undoing) = portal.tried(&recipe(true));
    assert!(matches!(
        undoing.left.as_slice(),
        [Leftover::Unfound {
            why: Unfound::NotYet,
            answered: Some(200),
            ..
        }]
    ));
}

#[test]
fn undoing_has_a_time_of_its_own_and_says_what_it_left() {
    let portal = Portal::new(&[
        json(MAKE, 201, &json!({ "id": 7 })),
        json(MAKE, 500, &json!({})),
        json(DELETE, 200, &json!({})),
    ]);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let recipe = of_two();
        let mut journal = portal.journal();
        let made = set_up(
            &portal.client,
            &recipe,
            &mut journal,
            (&NamedValues::new(), Seen::default()),
            &|| None,
        )
        .await;
        assert!(made.is_err());
        let none = Duration::ZERO;
        let undoing = undo(
            &portal.client,
            &recipe,
            &mut journal,
            Unanswered::StaysOpen,
            none,
        )
        .await;
        let told: Vec<String> = undoing.left.iter().map(leftover).collect();
        assert_eq!(told.len(), 2, "{told:?}");
        assert!(
            told[0].contains("there was no time left for it"),
            "{told:?}"
        );
        assert!(
            told[1].contains("not sent, as undoing had taken 0 s"),
            "{told:?}"
        );
        assert_eq!(portal.asked(), [MAKE, MAKE]);
        let all = Duration::MAX;
        let undoing = undo(
            &portal.client,
            &recipe,
            &mut journal,
            Unanswered::StaysOpen,
            all,
        )
        .await;
        assert_eq!(undoing.undone, 1, "a later clean-up goes on");
    });
}

#[test]
fn a_run_without_time_makes_nothing_more() {
    let portal = Portal::new(&[json(MAKE, 201, &json!({ "id": 7 }))]);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let mut journal = portal.journal();
    let recipe = of_two();
    let asked = portal.asked.clone();
    let is_over = move || (!asked.lock().unwrap().is_empty()).then_some(Unmade::OutOfTime);
    let made = runtime.block_on(set_up(
        &portal.client,
        &recipe,
        &mut journal,
        (&NamedValues::new(), Seen::default()),
        &is_over,
    ));
    assert!(matches!(made, Err(Unmade::OutOfTime)), "{made:?}");
    assert_eq!(portal.asked(), [MAKE]);
}

/// What is left of a recipe whose contact 7 is listed whatever is done to it, and how often it was looked for.
fn listed_on(recipe: &Recipe, status: u16) -> (Undoing, usize) {
    let mut answers = vec![json(MAKE, 201, &json!({ "id": 7 })), ours(&[7])];
    for of in [
        "DELETE /contact/7",
        "DELETE /contact/7/photo",
        "DELETE /user/3/contact/7",
        "DELETE /contact/7/pc1",
        "POST /contact/7/archive",
        "POST /contact/7/delete",
        "POST /contact/7/photo/remove",
    ] {
        let (status, body) = if of.starts_with("POST") {
            (200, json!({}))
        } else {
            (status, json!({}))
        };
        answers.push(json(of, status, &body));
    }
    let portal = Portal::new(&answers);
    let (_, undoing) = portal.tried(recipe);
    let asked = portal.asked();
    (undoing, asked.iter().filter(|line| *line == FIND).count())
}

/// Tear-down steps by method and path.
fn undoing_by(steps: &[(&str, &str)]) -> Recipe {
    let mut recipe = recipe(true);
    let undo = recipe.tear_down.remove(0);
    recipe.tear_down = steps
        .iter()
        .map(|(method, path)| Step {
            name: format!("{method} {path}"),
            method: (*method).to_owned(),
            path: (*path).to_owned(),
            ..undo.clone()
        })
        .collect();
    recipe
}

#[test]
fn only_what_takes_a_whole_thing_is_held_against_what_finds_it() {
    let archive = ("POST", "contact/{contactid}/archive");
    let unlink = ("DELETE", "user/3/contact/{contactid}");
    for (steps, status, left) in [
        // A part of it.
        (
            &[("DELETE", "contact/{contactid}/photo"), archive][..],
            204,
            0,
        ),
        (&[("DELETE", "contact/{contactid}/photo"), archive], 404, 0),
        (
            &[("POST", "contact/{contactid}/photo/remove"), archive],
            200,
            0,
        ),
        // All of it.
        (&[("DELETE", "contact/{contactid}")], 204, 1),
        (&[("DELETE", "contact/{contactid}")], 404, 1),
        (&[("POST", "contact/{contactid}/delete")], 200, 1),
        // No other name stands in the path.
        (&[unlink, archive], 204, 1),
    ] {
        let (undoing, looks) = listed_on(&undoing_by(steps), status);
        assert_eq!(undoing.left.len(), left, "{steps:?} {:?}", undoing.left);
        assert!(left == 0 || looks > 0);
    }
}

#[test]
fn a_link_is_not_what_it_leads_to_where_another_step_undoes_that() {
    let unlink = ("DELETE", "project/{projectid}/contact/{contactid}");
    let close = ("PUT", "contact/{contactid}");
    for (steps, expected) in [
        (&[unlink, close][..], None),
        (&[unlink], Some("contactid")),
        (&[close], Some("contactid")),
    ] {
        let recipe = undoing_by(steps);
        let found = super::super::undoing::whole(&recipe, &recipe.tear_down[0]);
        assert_eq!(found, expected, "{steps:?}");
    }
    // A card stands where it was made.
    let card = ("DELETE", "board/{boardid}/card/{contactid}");
    let mut recipe = undoing_by(&[card, ("PUT", "card/{contactid}")]);
    "board/{boardid}/card".clone_into(&mut recipe.set_up[0].path);
    let found = super::super::undoing::whole(&recipe, &recipe.tear_down[0]);
    assert_eq!(found, Some("contactid"));
}

#[test]
fn what_is_listed_as_deleted_is_gone_and_a_person_may_close_what_is_not() {
    let archived = |is_archived: &Value| {
        let item = json!({ "id": 7, "name": "of run1", "archived": is_archived });
        json(FIND, 200, &json!({ "list": [item] }))
    };
    let soft = |gone: Option<&str>, says: &Value, unanswered| {
        let portal = Portal::new(&[
            json(MAKE, 201, &json!({ "id": 7 })),
            json(DELETE, 204, &json!({})),
            archived(says),
        ]);
        let mut recipe = recipe(true);
        if let Some(find) = &mut recipe.set_up[0].find {
            find.gone = gone.map(str::to_owned);
        }
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            let mut journal = portal.journal();
            let before = (&NamedValues::new(), Seen::default());
            let made = set_up(&portal.client, &recipe, &mut journal, before, &|| None).await;
            assert!(made.is_ok());
            let all = Duration::MAX;
            let undoing = undo(&portal.client, &recipe, &mut journal, unanswered, all).await;
            let again = undo(&portal.client, &recipe, &mut journal, unanswered, all).await;
            (undoing, again)
        })
    };
    let stays = Unanswered::StaysOpen;
    for says in [json!(true), json!("2024-01-01")] {
        let (undoing, _) = soft(Some("/archived"), &says, stays);
        assert_eq!((undoing.undone, undoing.left.len()), (1, 0), "{says}");
    }
    let (undoing, _) = soft(Some("/archived"), &json!(false), stays);
    assert_eq!(left_of(&undoing), &StepProblem::Listed(204));
    // So is one that is put in an archive, and one that is only said to be.
    let archive = |says: &Value| {
        let mut recipe = undoing_by(&[("POST", "contact/{contactid}/archive")]);
        if let Some(find) = &mut recipe.set_up[0].find {
            find.gone = Some("/archived".to_owned());
        }
        let portal = Portal::new(&[
            json(MAKE, 201, &json!({ "id": 7 })),
            json("POST /contact/7/archive", 200, &json!({})),
            archived(says),
        ]);
        portal.tried(&recipe).1
    };
    let undoing = archive(&json!(true));
    assert_eq!((undoing.undone, undoing.left.len()), (1, 0));
    let undoing = archive(&json!(false));
    assert_eq!(left_of(&undoing), &StepProblem::Listed(200));
    // It is sent once more, and then closed.
    let (undoing, again) = soft(None, &json!(true), Unanswered::IsGivenUp);
    assert_eq!((undoing.given_up.len(), undoing.left.len()), (1, 0));
    let told = given_up(&undoing.given_up[0]);
    assert!(
        told.starts_with("closed, as you wished: the tear-down step `undo`"),
        "{told}"
    );
    assert_eq!(again, Undoing::default());
}
