//! What keeps a portal from being judged, and what a run ends with.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use time::macros::date;

use super::*;
use crate::case::Selection;
use crate::client::tests_support::{self, exchange};
use crate::client::{Exchange, Failure, Response, Token};
use crate::config::Scheme;
use crate::run::tests_support::suite;
use crate::secret::Secret;
use crate::target::{SecretSource, TokenFlaw};
use crate::waiver::Pattern;
use crate::{case, contract, page, profile};

fn target() -> Target {
    let mut target = Target::new("http://portal.test".parse().unwrap());
    target.credentials.token = Some(Secret::new("geheim"));
    target
}

fn response(status: u16) -> Response {
    Response {
        content_types: vec!["application/json".to_owned()],
        location: Some("https://elsewhere.test/x".to_owned()),
        ..tests_support::response(status, "{}")
    }
}

fn answered(status: u16) -> Exchange {
    exchange(Ok(response(status)))
}

fn page() -> Exchange {
    exchange(Ok(Response {
        content_types: vec!["text/html".to_owned()],
        body: b"<!DOCTYPE html><title>x</title>".to_vec(),
        ..response(200)
    }))
}

fn failed(kind: FailureKind, status: Option<u16>) -> Exchange {
    exchange(Err(Failure {
        kind,
        status,
        message: "m".to_owned(),
        clue: None,
    }))
}

/// What kept a portal from being judged, by its name; those that must succeed come first.
fn obstacle(successes: &[Exchange], others: &[Exchange]) -> String {
    let successes: Vec<&Exchange> = successes.iter().collect();
    let all: Vec<&Exchange> = successes.iter().copied().chain(others).collect();
    let found = obstacle::obstacle(&all, &successes, &target());
    let found = found.map(|found| format!("{found:?}"));
    let name = found.as_deref().and_then(|found| found.split(' ').next());
    name.unwrap_or("none").to_owned()
}

#[test]
fn one_answer_of_another_kind_shows_that_a_portal_can_be_judged() {
    use FailureKind::{Broken, Connect, Timeout, Tls};
    for (all, expected) in vec![
        (
            [failed(Connect, None), failed(Connect, None)],
            "Unreachable",
        ),
        ([failed(Tls, None), failed(Tls, None)], "Tls"),
        ([failed(Broken, None), failed(Broken, None)], "Silent"),
        ([failed(Timeout, None), failed(Timeout, None)], "Late"),
        (
            [failed(Timeout, Some(200)), failed(Timeout, Some(200))],
            "Late",
        ),
        ([failed(Timeout, Some(200)), failed(Broken, None)], "none"),
        (
            [failed(Broken, Some(200)), failed(Broken, Some(200))],
            "none",
        ),
        ([failed(Connect, None), answered(200)], "none"),
        ([answered(401), answered(403)], "Credentials"),
        ([answered(401), answered(200)], "none"),
        ([answered(429), answered(429)], "Limited"),
        ([answered(429), answered(404)], "none"),
        ([answered(302), answered(307)], "Redirected"),
        ([answered(302), answered(304)], "none"),
        ([page(), page()], "OnlyHtml"),
        ([page(), answered(200)], "none"),
        ([answered(200), page()], "none"),
        ([answered(402), answered(402)], "Closed"),
        ([answered(503), answered(503)], "Closed"),
        ([answered(503), answered(402)], "none"),
        ([answered(502), answered(504)], "Closed"),
        ([answered(511), answered(511)], "Closed"),
        ([answered(407), answered(407)], "Closed"),
        ([answered(407), answered(200)], "none"),
        ([answered(520), answered(526)], "Closed"),
        ([answered(511), answered(502)], "none"),
        ([answered(519), answered(519)], "none"),
        ([answered(527), answered(527)], "none"),
        ([answered(530), answered(530)], "Closed"),
        ([answered(502), answered(200)], "none"),
        ([answered(404), answered(404)], "none"),
        ([answered(500), answered(500)], "none"),
    ] {
        let what = format!("{:?}", all.each_ref().map(Exchange::status));
        assert_eq!(obstacle(&all, &[]), expected, "{what}");
    }
}

#[test]
fn what_refuses_whatever_is_asked_is_told_by_its_words() {
    let said = |status, body: &str| {
        exchange(Ok(Response {
            content_types: vec!["text/html".to_owned()],
            body: body.as_bytes().to_vec(),
            ..response(status)
        }))
    };
    for (body, is_tls) in [
        ("Client sent an HTTP request to an HTTPS server.\n", true),
        (
            "Bad Request\nThis combination of host and port requires TLS.\n",
            true,
        ),
        (
            "<center>The plain HTTP request was sent to HTTPS port</center>",
            true,
        ),
        (
            "Reason: You're speaking plain HTTP to an SSL-enabled server port.<br />",
            true,
        ),
        ("<b>HTTPS</b>: nothing else", true),
        ("HTTPS:", true),
        ("", false),
        ("Bad Request", false),
        ("see https://portal.test/help", false),
        ("Apache/2.4.62 mod_ssl/2.4.62 OpenSSL/3.0 TLS/1.3", false),
        ("the httpsx of x-tls", false),
    ] {
        for status in [400, 426] {
            let answer = || said(status, body);
            // An answer to HEAD has no body.
            let found = obstacle(&[answer(), answer()], &[said(status, "")]);
            assert_eq!(found == "TlsPort", is_tls, "{status} {body}: {found}");
            let (other, none) = (said(200, "{}"), said(status, ""));
            assert_ne!(obstacle(&[answer()], &[answered(401)]), "TlsPort");
            assert_ne!(obstacle(&[answer(), other], &[]), "TlsPort");
            assert_ne!(obstacle(&[answer(), none], &[]), "TlsPort");
        }
        assert_ne!(obstacle(&[said(404, body)], &[]), "TlsPort");
    }
    let answer = said(400, "<p>requires TLS</p>");
    let mut secure = target();
    secure.url = "https://portal.test".parse().unwrap();
    let found = obstacle::obstacle(&[&answer], &[&answer], &secure);
    assert_eq!(found, Some(Obstacle::OnlyHtml { title: None }));

    let challenge = || said(403, "<!DOCTYPE html><title>Just a moment...</title>");
    assert_eq!(obstacle(&[challenge()], &[said(403, "")]), "RefusingPage");
    // Where something else is said without a token, the API looks at it.
    assert_eq!(obstacle(&[challenge()], &[answered(401)]), "Credentials");
    assert_eq!(obstacle(&[challenge(), answered(403)], &[]), "Credentials");
    let unauthorized = said(401, "<html>");
    assert_eq!(obstacle(&[unauthorized], &[said(401, "")]), "Credentials");

    let blank = || said(200, " \n");
    assert_eq!(obstacle(&[blank()], &[said(404, "")]), "BlankHtml");
    assert_eq!(obstacle(&[blank()], &[answered(401)]), "none");
    assert_eq!(obstacle(&[answered(200)], &[blank()]), "none");
    assert_eq!(obstacle(&[], &[blank()]), "none", "nothing had to succeed");
}

#[test]
fn what_must_fail_says_nothing_of_credentials_and_something_of_a_closed_portal() {
    for (success, other, expected) in [
        (answered(401), answered(200), "Credentials"),
        (answered(302), answered(401), "Redirected"),
        (page(), answered(401), "OnlyHtml"),
        (answered(503), answered(401), "none"),
        (answered(503), answered(503), "Closed"),
        (failed(FailureKind::Timeout, None), answered(401), "none"),
        (answered(200), answered(401), "none"),
    ] {
        let what = format!("{:?} {:?}", success.status(), other.status());
        assert_eq!(obstacle(&[success], &[other]), expected, "{what}");
    }
    assert_eq!(
        obstacle(&[], &[answered(401)]),
        "none",
        "nothing had to succeed"
    );
    assert_eq!(obstacle(&[], &[]), "none", "nothing was asked");
}

#[test]
fn the_same_404_to_whoever_asks_is_no_answer_of_the_api() {
    let said = |token, status, media_type: &str| {
        let mut exchange = exchange(Ok(Response {
            content_types: vec![media_type.to_owned()],
            ..response(status)
        }));
        exchange.request.token = token;
        exchange
    };
    let plain = |token| said(token, 404, "text/plain");
    let unknown = || plain(Token::Valid);
    assert_eq!(
        obstacle(&[unknown(), unknown()], &[plain(Token::None)]),
        "UnknownPaths"
    );
    // An API tells who asks, or what for.
    for other in [
        said(Token::None, 401, "text/plain"),
        said(Token::None, 404, "application/json"),
        said(Token::Valid, 200, "text/plain"),
    ] {
        assert_eq!(obstacle(&[unknown()], &[plain(Token::None), other]), "none");
    }
    assert_eq!(obstacle(&[unknown()], &[]), "none", "nobody else asked");
    assert_eq!(obstacle(&[], &[plain(Token::None)]), "none");
}

#[test]
fn what_is_asked_without_a_token_raises_no_doubt_of_it() {
    let with = |token| {
        let mut exchange = answered(401);
        exchange.request.token = token;
        exchange
    };
    let (open, private) = (with(Token::None), with(Token::Valid));
    let is_found = |all: &[&Exchange]| obstacle::obstacle(all, all, &target()).is_some();
    assert!(!is_found(&[&open]));
    assert!(is_found(&[&open, &private]));
}

#[test]
fn refused_credentials_are_doubted_as_they_were_found() {
    let refused = answered(401);
    let doubt = |scheme, is_given: bool| {
        let mut target = target();
        target.credentials.scheme = scheme;
        target.credentials.token = is_given.then(|| Secret::new("geheim"));
        match obstacle::obstacle(&[&refused], &[&refused], &target) {
            Some(Obstacle::Credentials { doubt, status, .. }) => {
                assert_eq!(status, 401);
                doubt
            }
            other => panic!("{other:?}"),
        }
    };
    let variable = || target().credentials.variables.token;
    assert!(matches!(doubt(Scheme::Basic, false), Doubt::Account { .. }));
    assert_eq!(doubt(Scheme::Login, true), Doubt::LoginToken);
    assert_eq!(
        doubt(Scheme::Raw, false),
        Doubt::NoToken {
            variable: variable()
        }
    );
    assert_eq!(
        doubt(Scheme::Bearer, true),
        Doubt::Token {
            place: SecretSource::Variable(variable()),
            flaw: None
        }
    );
    let flaw = |token: &str| {
        let mut target = target();
        target.credentials.token = Some(Secret::new(token));
        match obstacle::obstacle(&[&refused], &[&refused], &target) {
            Some(Obstacle::Credentials {
                doubt: Doubt::Token { flaw, .. },
                ..
            }) => flaw,
            other => panic!("{other:?}"),
        }
    };
    for (token, expected) in [
        ("geheim", None),
        ("Bearerhood", None),
        ("bearer geheim", Some(TokenFlaw::Bearer)),
        (" geheim", Some(TokenFlaw::Padded)),
        ("\"geheim\"", Some(TokenFlaw::Quoted)),
    ] {
        assert_eq!(flaw(token), expected, "{token}");
    }
    let forbidden = answered(403);
    let rights = |all: &[&Exchange]| {
        let mut target = target();
        target.credentials.token = Some(Secret::new("geheim"));
        match obstacle::obstacle(all, &[&forbidden], &target) {
            Some(Obstacle::Credentials { doubt, .. }) => matches!(doubt, Doubt::Rights { .. }),
            other => panic!("{other:?}"),
        }
    };
    assert!(rights(&[&forbidden, &refused]));
    assert!(!rights(&[&forbidden]));
    let challenged = |scheme, challenge: &str| {
        let mut refused = answered(401);
        let response = refused.outcome.as_mut().unwrap();
        let header = ("www-authenticate".to_owned(), challenge.to_owned());
        response.head.headers.push(header);
        let mut target = target();
        target.credentials.scheme = scheme;
        target.credentials.token = Some(Secret::new("geheim"));
        match obstacle::obstacle(&[&refused], &[&refused], &target) {
            Some(Obstacle::Credentials { doubt, .. }) => doubt,
            other => panic!("{other:?}"),
        }
    };
    for (scheme, challenge, is_other) in [
        (
            Scheme::Raw,
            "Bearer realm=\"x\", error=\"invalid_token\"",
            true,
        ),
        (Scheme::Raw, "bearer", true),
        (Scheme::Cookie, "Basic realm=\"a\", Bearer", true),
        (Scheme::Bearer, "Bearer", false),
        (Scheme::Raw, "Portal realm=\"Bearer\"", false),
    ] {
        let other = Doubt::OtherScheme {
            place: SecretSource::Variable(variable()),
            asked: Scheme::Bearer,
        };
        assert_eq!(
            challenged(scheme, challenge) == other,
            is_other,
            "{challenge}"
        );
    }
}

#[test]
fn a_portal_that_went_away_had_answered_so_often() {
    let all = [
        answered(200),
        failed(FailureKind::Timeout, None),
        answered(404),
        failed(FailureKind::Connect, None),
    ];
    let all: Vec<&Exchange> = all.iter().collect();
    let Some(Obstacle::Gone { answers, .. }) = obstacle::gone(&all) else {
        panic!("it is gone");
    };
    assert_eq!(answers, 2);
    assert_eq!(obstacle::gone(&all[..3]), None);
}

#[test]
fn unknown_paths_are_told_from_unknown_resources() {
    let (unknown, refused, known) = (answered(404), answered(401), answered(200));
    let hint =
        |all: &[&Exchange], successes: &[&Exchange]| obstacle::hint(all, successes, Vec::new);
    assert_eq!(
        hint(&[&unknown], &[&unknown]),
        Some(Hint::UnknownPaths { twice: None })
    );
    let resources = Some(Hint::UnknownResources(Vec::new()));
    assert_eq!(hint(&[&unknown, &refused], &[&unknown]), resources);
    assert_eq!(hint(&[&unknown, &known], &[&unknown, &known]), None);
    assert_eq!(hint(&[&unknown], &[]), None);
}

/// A run of the built-in pages in which nothing was asked, and its first cases ended so.
fn run(verdicts: &[Verdict], obstacle: Option<Obstacle>) -> Run {
    let contract = Arc::new(contract::of_sources(page::builtin()).unwrap());
    let profile = Arc::new(profile::load("as-documented").unwrap());
    let target = Arc::new(target());
    let plan = Arc::new(case::plan(&contract, &profile, &target));
    let suite = suite(contract, profile);
    let nobody = Obstacle::OnlyHtml { title: None };
    let answers = suite.unasked(&plan.select(&Selection::default()), nobody);
    let ending = Ending {
        subject: Subject::default(),
        required: None,
        requests: 0,
        left: Left::default(),
        waivers: &[],
        today: date!(2026 - 01 - 01),
    };
    let mut run = suite.judge(&target, answers, ending);
    run.obstacle = obstacle;
    run.outcomes.truncate(verdicts.len());
    for (outcome, verdict) in run.outcomes.iter_mut().zip(verdicts) {
        outcome.verdict = verdict.clone();
    }
    run
}

fn waiver(until: Date) -> Waiver {
    Waiver {
        pattern: Pattern {
            cases: vec!["*".to_owned()],
            pointers: Vec::new(),
            rule: crate::check::Rule::Missing,
        },
        reason: "r".to_owned(),
        until,
    }
}

fn used(state: WaiverState) -> WaiverUse {
    WaiverUse {
        waiver: waiver(date!(2026 - 01 - 01)),
        state,
        violations: 0,
        cases: 0,
        tried: 0,
    }
}

#[test]
fn the_worst_that_is_known_decides_how_a_run_ends() {
    use Verdict::{Blocked, Conforms, Ignored, Violates, Waived};
    let blocked = || Blocked(Reason::NoBody);
    let ignored = || {
        let run = run(&[], None);
        let mut cases = run.plan.cases.iter();
        Ignored(cases.find_map(|case| case.ignored.clone()).unwrap())
    };
    let obstacle = || Obstacle::OnlyHtml { title: None };
    let good = ExitCode::Conforms;
    for (verdicts, obstacle, expected) in [
        (vec![], None, ExitCode::NothingSelected),
        (vec![ignored()], None, ExitCode::NothingSelected),
        (vec![ignored()], Some(obstacle()), ExitCode::NothingSelected),
        (vec![ignored(), Conforms], None, good),
        (vec![Waived, Conforms], None, good),
        (vec![Conforms, blocked()], None, ExitCode::NotJudged),
        (vec![Violates, blocked()], None, ExitCode::Violates),
        (vec![Violates], Some(obstacle()), ExitCode::NotJudged),
        (vec![Conforms, Violates], None, ExitCode::Violates),
    ] {
        let mut run = run(&verdicts, obstacle);
        assert_eq!(run.exit_code(), expected, "{verdicts:?}");
        assert_eq!(run.upshot(), Upshot::Plain(expected));
        assert_eq!(run.count(|_| true), verdicts.len());
        // What was left makes a good run a doubtful one, and no other one better.
        run.left.problems = vec![Leftover::Journal("something".to_owned())];
        let with_data = if expected == good {
            ExitCode::NotJudged
        } else {
            expected
        };
        assert_eq!(run.exit_code(), with_data, "{verdicts:?}");
        let upshot = if expected == good {
            Upshot::DataLeft
        } else {
            Upshot::Plain(expected)
        };
        assert_eq!(run.upshot(), upshot, "{verdicts:?}");
    }
}

#[test]
fn a_run_that_judged_refusals_alone_does_not_say_that_the_contract_is_kept() {
    use Verdict::{Conforms, Ignored, Violates};
    let missing = || Ignored(NotAsked::NoAnswer);
    let judged = |verdicts: [Verdict; 2], shard: Option<Shard>| {
        let mut run = run(&verdicts, None);
        let mut cases = run.plan.cases.iter();
        let refusal = cases.find(|case| matches!(case.id.check, Check::Refusal(_)));
        run.outcomes[1].id = refusal.unwrap().id.clone();
        run.terms.shard = shard;
        (run.exit_code(), run.upshot())
    };
    let (good, none) = (ExitCode::Conforms, ExitCode::NothingSelected);
    let alone = (none, Upshot::RefusalsAlone);
    assert_eq!(judged([missing(), Conforms], None), alone);
    // What is broken weighs more, and what other machines judge is theirs.
    let (code, _) = judged([missing(), Violates], None);
    assert_eq!(code, ExitCode::Violates);
    let part = "1/2".parse().ok();
    assert_eq!(judged([missing(), Conforms], part).0, good);
    let both = (good, Upshot::Plain(good));
    assert_eq!(judged([Conforms, Conforms], None), both);
    let nothing = (none, Upshot::Plain(none));
    assert_eq!(judged([missing(), missing()], None), nothing);
    // Who asks for refusals alone gets what was asked for.
    let mut refusals = run(&[Conforms], None);
    let mut cases = refusals.plan.cases.iter();
    let refusal = cases.find(|case| matches!(case.id.check, Check::Refusal(_)));
    refusals.outcomes[0].id = refusal.unwrap().id.clone();
    assert_eq!(refusals.exit_code(), good);
}

#[test]
fn an_expired_waiver_fails_a_good_run_and_says_so() {
    for (state, expected) in [
        (WaiverState::Used, ExitCode::Conforms),
        (WaiverState::Unused, ExitCode::Conforms),
        (WaiverState::Untried, ExitCode::Conforms),
        (WaiverState::Expired, ExitCode::Violates),
    ] {
        let mut good = run(&[Verdict::Conforms], None);
        good.waivers = vec![used(WaiverState::Used), used(state)];
        assert_eq!(good.exit_code(), expected, "{state:?}");
        let is_told = good.upshot() == Upshot::WaiverExpired;
        assert_eq!(is_told, state == WaiverState::Expired);
        let mut bad = run(&[Verdict::Violates], None);
        bad.waivers = vec![used(state)];
        assert_eq!(bad.upshot(), Upshot::Plain(ExitCode::Violates));
    }
}

#[test]
fn a_waiver_is_known_by_what_it_forgave_and_what_was_tried() {
    let today = date!(2026 - 06 - 15);
    let states = |verdicts: &[Verdict], pattern: &str, until: Date| {
        let mut run = run(verdicts, None);
        let mut waiver = waiver(until);
        waiver.pattern.cases = vec![pattern.to_owned()];
        let plan = Arc::clone(&run.plan);
        let uses = waive::waive(&mut run.outcomes, &[waiver], &plan, today);
        (uses[0].state, uses[0].tried)
    };
    let blocked = Verdict::Blocked(Reason::NoBody);
    let first = run(&[Verdict::Conforms], None).outcomes[0].id.to_string();
    for (verdict, pattern, until, expected) in [
        (Verdict::Conforms, "*", today, (WaiverState::Unused, 1)),
        (
            Verdict::Conforms,
            first.as_str(),
            today,
            (WaiverState::Unused, 1),
        ),
        (Verdict::Violates, "*", today, (WaiverState::Unused, 1)),
        (blocked, "*", today, (WaiverState::Untried, 0)),
        (Verdict::Conforms, "other", today, (WaiverState::Untried, 0)),
        (
            Verdict::Conforms,
            "*",
            date!(2026 - 06 - 14),
            (WaiverState::Expired, 1),
        ),
    ] {
        assert_eq!(
            states(std::slice::from_ref(&verdict), pattern, until),
            expected,
            "{verdict:?}"
        );
    }
}

#[test]
fn a_waiver_forgives_what_follows_and_only_to_its_last_day() {
    use crate::check::{Family, Rule};
    use Verdict::{Violates, Waived};
    let today = date!(2026 - 06 - 15);
    let seen = |rule, family| seen(rule, family, "A");
    let missing = || seen(Rule::Missing, Family::Schema);
    for (until, expected) in [
        (today, [Waived, Waived, Violates]),
        (date!(2026 - 06 - 14), [Violates, Violates, Violates]),
    ] {
        let mut run = run(&[Violates, Violates, Violates], None);
        let found = [
            vec![missing()],
            vec![seen(Rule::Differs, Family::Parity)],
            vec![missing(), seen(Rule::Type, Family::Schema)],
        ];
        for (outcome, violations) in run.outcomes.iter_mut().zip(found) {
            outcome.violations = violations;
        }
        let plan = Arc::clone(&run.plan);
        waive::waive(&mut run.outcomes, &[waiver(until)], &plan, today);
        let verdicts: Vec<&Verdict> = run.outcomes.iter().map(|one| &one.verdict).collect();
        assert_eq!(verdicts, expected.iter().collect::<Vec<_>>(), "{until}");
    }
}

#[test]
fn connections_that_cannot_be_made_are_the_end_of_all_questions() {
    use FailureKind::{Broken, Connect, Encoding, Timeout, Tls, TooLarge};
    for kind in [Connect, Tls] {
        assert!(kind.is_final(), "{kind:?}");
    }
    for kind in [Broken, Encoding, Timeout, TooLarge] {
        assert!(!kind.is_final(), "{kind:?}");
    }
}

/// A violation, or a remark, of one member.
fn seen(rule: crate::check::Rule, family: crate::check::Family, member: &str) -> Seen {
    let pointer = format!("/response/{member}");
    Seen {
        shown: Shown::by(&[0]),
        ..crate::run::tests_support::seen_at(rule, family, member, &pointer)
    }
}

#[test]
fn the_first_of_two_waivers_forgives_and_both_are_used() {
    use crate::check::{Family, Rule};
    use Verdict::{Blocked, Conforms, Violates, Waived};
    let today = date!(2026 - 06 - 15);
    let blocked = Blocked(Reason::NoBody);
    let mut run = run(&[Violates, Violates, Conforms, blocked.clone()], None);
    let parity = || seen(Rule::Differs, Family::Parity, "A");
    run.outcomes[0].violations = vec![seen(Rule::Missing, Family::Schema, "A")];
    run.outcomes[1].violations = vec![parity()];
    run.outcomes[2].remarks = vec![parity(), seen(Rule::Missing, Family::Schema, "B")];
    let ids: Vec<String> = run.outcomes.iter().map(|one| one.id.to_string()).collect();
    let of = |cases: &[&String], until| {
        let mut waiver = waiver(until);
        waiver.pattern.cases = cases.iter().map(|case| (*case).clone()).collect();
        waiver
    };
    let waivers = [
        of(&[&ids[0]], date!(2026 - 06 - 14)),
        of(&[&ids[0], &ids[1], &ids[3]], today),
        of(&[&"*".to_owned()], today),
        of(&[&ids[1]], today),
    ];
    let plan = Arc::clone(&run.plan);
    let uses = waive::waive(&mut run.outcomes, &waivers, &plan, today);
    let told: Vec<_> = uses
        .iter()
        .map(|used| (used.state, used.violations, used.cases, used.tried))
        .collect();
    assert_eq!(
        told,
        [
            (WaiverState::Expired, 1, 1, 1),
            (WaiverState::Used, 2, 3, 2),
            (WaiverState::Used, 3, plan.cases.len(), 3),
            (WaiverState::Unused, 0, 1, 1),
        ]
    );
    let by = |found: &[Seen]| found.iter().map(|seen| seen.waived).collect::<Vec<_>>();
    assert_eq!(by(&run.outcomes[0].violations), [Some(1)]);
    assert_eq!(by(&run.outcomes[1].violations), [Some(1)]);
    assert_eq!(by(&run.outcomes[2].remarks), [Some(2), Some(2)]);
    let verdicts: Vec<&Verdict> = run.outcomes.iter().map(|one| &one.verdict).collect();
    assert_eq!(verdicts, [&Waived, &Waived, &Conforms, &blocked]);
    assert_eq!(run.remarked(), 0);
    let states = WaiverState::ALL.map(WaiverState::as_str);
    assert_eq!(states, ["used", "unused", "untried", "expired"]);
}

#[test]
fn what_follows_from_a_lowered_break_has_its_level_and_nothing_else() {
    use crate::check::{Family, Levels, Rule};
    use crate::level::Level;
    use Verdict::{Blocked, Conforms, Violates};
    let blocked = Blocked(Reason::NoBody);
    let of_levels = |level| {
        let mut levels = Levels::default();
        levels.set("missing", level).unwrap();
        levels
    };
    for (level, violations, remarks) in [
        (Level::Deny, [1, 1, 2], [0, 0, 0]),
        (Level::Warn, [0, 0, 2], [1, 1, 0]),
        (Level::Allow, [0, 0, 2], [0, 0, 0]),
    ] {
        let mut run = run(&[Violates, Violates, Violates, blocked.clone()], None);
        run.outcomes[0].violations = vec![seen(Rule::Missing, Family::Schema, "A")];
        run.outcomes[1].violations = vec![seen(Rule::Differs, Family::Parity, "A")];
        run.outcomes[2].violations = vec![
            seen(Rule::Type, Family::Schema, "A"),
            seen(Rule::Differs, Family::Parity, "B"),
        ];
        level::part(&mut run.outcomes, &of_levels(level));
        for at in 0..3 {
            let outcome = &run.outcomes[at];
            assert_eq!(outcome.violations.len(), violations[at], "{level:?} {at}");
            assert_eq!(outcome.remarks.len(), remarks[at], "{level:?} {at}");
            let expected = if violations[at] > 0 {
                Violates
            } else {
                Conforms
            };
            assert_eq!(outcome.verdict, expected, "{level:?} {at}");
        }
        assert_eq!(run.outcomes[3].verdict, blocked);
        let told = remarks.iter().filter(|count| **count > 0).count();
        assert_eq!(run.remarked(), told);
    }
}

#[test]
fn what_is_listed_has_the_names_of_the_cases_and_fails_where_it_is_run() {
    use libtest_mimic::Arguments;
    let run = run(&[Verdict::Conforms], None);
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log").display().to_string();
    let arguments = |words: &[&str]| {
        let before = ["x", "--logfile", &log, "--test-threads", "1", "--quiet"];
        let words = before.iter().chain(words);
        Arguments::from_iter(words)
    };
    let all = trials(&run.plan);
    let names = all.iter().map(libtest_mimic::Trial::name);
    let ids = run.plan.cases.iter().map(|case| case.id.to_string());
    assert_eq!(names.collect::<Vec<_>>(), ids.collect::<Vec<_>>());
    let ignored = run.plan.cases.iter().filter(|case| case.ignored.is_some());
    let flags = all.iter().filter(|trial| trial.has_ignored_flag());
    assert_eq!(flags.count(), ignored.count());
    let ended = unasked_trials(&arguments(&["--include-ignored"]), trials(&run.plan)).unwrap();
    assert_eq!(ended.num_passed, 0);
    assert_eq!(ended.num_failed, run.plan.cases.len() as u64);
    let given = Selection::from(&arguments(&["--exact", "--skip", "a", "b"]));
    let (filters, skip) = (vec!["b".to_owned()], vec!["a".to_owned()]);
    assert_eq!(
        (given.filters, given.exact, given.skip),
        (filters, true, skip)
    );
}

#[test]
fn a_run_that_saw_less_than_is_asked_for_is_not_judged() {
    for (required, expected) in [(None, true), (Some("0"), true), (Some("1"), false)] {
        let mut run = run(&[Verdict::Conforms], None);
        assert_eq!(run.coverage.seen(), 0);
        assert!(run.coverage.documented() > 0);
        run.required = required.map(|text| text.parse().unwrap());
        let (code, upshot) = if expected {
            (ExitCode::Conforms, Upshot::Plain(ExitCode::Conforms))
        } else {
            (ExitCode::NotJudged, Upshot::TooLittleSeen)
        };
        assert_eq!((run.exit_code(), run.upshot()), (code, upshot));
        let mut bad = run;
        bad.outcomes[0].verdict = Verdict::Violates;
        assert_eq!(bad.exit_code(), ExitCode::Violates);
    }
}

#[test]
fn a_status_of_the_whole_portal_goes_before_the_page_that_comes_with_it() {
    let shut = || {
        let response = page().outcome.unwrap();
        exchange(Ok(Response {
            status: 503,
            ..response
        }))
    };
    let others = [answered(405)];
    assert_eq!(obstacle(&[shut(), shut()], &others), "Closed");
    assert_eq!(obstacle(&[page(), page()], &others), "OnlyHtml");
    // Without a page, the answers to others show that it is the API that answers.
    assert_eq!(obstacle(&[answered(503), answered(503)], &others), "none");
}

#[test]
fn a_portal_that_puts_off_everything_had_answered_so_often_before() {
    let all = [
        answered(200),
        answered(429),
        answered(404),
        answered(429),
        failed(FailureKind::Timeout, None),
    ];
    let all: Vec<&Exchange> = all.iter().collect();
    let waited = Duration::from_secs(7);
    let expected = Obstacle::TooFast { answers: 2, waited };
    assert_eq!(obstacle::too_fast(&all, waited), expected);
}

#[test]
fn an_obstacle_says_what_the_first_answer_that_tells_something_says() {
    let found = |successes: &[Exchange]| {
        let all: Vec<&Exchange> = successes.iter().collect();
        obstacle::obstacle(&all, &all, &target()).unwrap()
    };
    let untitled = || {
        exchange(Ok(Response {
            body: b"<!DOCTYPE html><p>x".to_vec(),
            content_types: vec!["text/html".to_owned()],
            ..response(200)
        }))
    };
    let title = |title: Option<&str>| Obstacle::OnlyHtml {
        title: title.map(str::to_owned),
    };
    assert_eq!(found(&[untitled(), page()]), title(Some("x")));
    assert_eq!(found(&[untitled(), untitled()]), title(None));
    let nowhere = || {
        exchange(Ok(Response {
            location: None,
            ..response(307)
        }))
    };
    let to = |status, to: Option<&str>| Obstacle::Redirected {
        status,
        to: to.map(str::to_owned),
    };
    let there = Some("https://elsewhere.test");
    assert_eq!(found(&[nowhere(), answered(302)]), to(307, there));
    assert_eq!(found(&[nowhere(), nowhere()]), to(307, None));
    for status in [301, 302, 303, 307, 308] {
        assert_eq!(found(&[answered(status)]), to(status, there));
    }
    let closed = Obstacle::Closed { status: 504 };
    assert_eq!(found(&[answered(504), answered(502)]), closed);
    let limited = Obstacle::Limited { status: 429 };
    assert_eq!(found(&[answered(429), answered(429)]), limited);
}

#[test]
fn what_is_left_or_selected_is_counted() {
    use crate::check::{Family, Rule};
    let mut run = run(&[Verdict::Conforms, Verdict::Violates], None);
    assert!(run.left.is_empty());
    run.left.problems = vec![Leftover::Journal("x".to_owned())];
    assert!(!run.left.is_empty());
    assert_eq!(run.count(|verdict| *verdict == Verdict::Violates), 1);
    assert_eq!(run.remarked(), 0);
    let remark = || seen(Rule::Missing, Family::Schema, "A");
    run.outcomes[0].remarks = vec![remark(), remark()];
    assert_eq!(run.remarked(), 1, "one case");
    run.outcomes[0].remarks[0].waived = Some(0);
    assert_eq!(run.remarked(), 1, "one of two is forgiven");
    run.outcomes[0].remarks[1].waived = Some(0);
    assert_eq!(run.remarked(), 0);
}

#[test]
fn writes_of_the_second_account_that_nothing_reads_back_are_told() {
    use crate::target::{Credentials, Other};
    use crate::writes::Writes;

    let page = |method: &str| {
        let text = format!(
            "{method} api/2.0/boats/{{boatid}} This function requires authentication\n\nParameters\n\
             Name Description Type Example\nboatid\nsent in url\nWhich boat\nnumber 7\n\nReturns\n\nBoat\n\n\
             Example Response\n\napplication/json\n\n{{\"status\": 0, \"response\": {{\"Id\": 7}}}}\n"
        );
        crate::source::Source::new(method, &text)
    };
    let pages = ["GET", "PUT"].map(page).to_vec();
    let contract = contract::of_sources(pages).unwrap();
    let text = "extends = \"as-documented\"\nname = \"boats\"\n[[identity]]\noperation = \"*\"\n\
                parameter = \"boatid\"\nmember = \"Id\"\n";
    let told = |writes: Writes, has_account: bool| {
        let profile = profile::parse("boats.toml", text).unwrap();
        let mut target = target();
        target.writes = writes;
        target.other = has_account.then(|| Other {
            credentials: Credentials::raw("second"),
            hidden: [("boatid".to_owned(), vec!["9".to_owned()])].into(),
        });
        let plan = Arc::new(case::plan(&contract, &profile, &target));
        let all = plan.select(&Selection::default());
        not_read_back(&all, &contract, &profile)
    };
    let put = OperationId::of("PUT", "api/2.0/boats/{boatid}");
    assert_eq!(told(Writes::All, true), Some(Hint::NotReadBack(vec![put])));
    assert_eq!(told(Writes::Held, true), None, "nothing is sent");
    assert_eq!(told(Writes::All, false), None);
}
