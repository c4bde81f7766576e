//! What judging costs beside parsing a body and asking a validator.

use std::time::{Duration, Instant};

use portal_conformance::contract::Format;
use serde_json::Value;

use super::answers;
use super::subject::{Subject, exchange};

/// The shortest of several times.
fn least(mut work: impl FnMut()) -> Duration {
    let times = (0..7).map(|_| {
        let start = Instant::now();
        work();
        start.elapsed()
    });
    times.min().unwrap()
}

/// `cargo test --release --test suite -- --ignored --nocapture judging_costs`.
#[test]
#[ignore = "figures for a release build"]
fn judging_costs_little_more_than_parsing_and_asking_a_validator() {
    let subject = Subject::builtin("as-documented");
    let [_, validator] = subject.validators(1);
    let expectation = subject.expectation(1, Format::Json);
    let both: Value = serde_json::from_str(&answers(&subject, None, Format::Json)[2].1).unwrap();
    let drops = |body: &mut Value, at: usize| {
        let item = body["response"][at].as_object_mut().unwrap();
        item.shift_remove("TaskCount");
    };
    for count in [1, 1_000, 10_000] {
        let mut body = both.clone();
        let items = both["response"].as_array().unwrap().iter().cycle();
        body["response"] = items.take(count).cloned().collect();
        let mut last = body.clone();
        drops(&mut last, count - 1);
        let mut all = body.clone();
        (0..count).for_each(|at| drops(&mut all, at));
        for (what, body) in [("lawful", body), ("last broken", last), ("all broken", all)] {
            let asked = exchange(&body);
            let text = body.to_string();
            let often = (10_000 / count).max(1);
            let plain = least(|| {
                for _ in 0..often {
                    let body: Value = serde_json::from_str(&text).unwrap();
                    assert_eq!(validator.is_valid(&body), what == "lawful");
                }
            });
            let judged = least(|| {
                for _ in 0..often {
                    let reading = expectation.read(&asked);
                    assert_eq!(reading.violations.is_empty(), what == "lawful");
                }
            });
            let ratio = judged.as_secs_f64() / plain.as_secs_f64();
            let per = |time: Duration| time / u32::try_from(often).unwrap();
            println!(
                "{count} contacts, {what}: {:?} to judge, {:?} to parse and ask, {ratio:.2}",
                per(judged),
                per(plain)
            );
        }
    }
}
