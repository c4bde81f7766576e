//! Runs that end at any moment, on portals that are slow and late: nothing stays that nobody was told of.

use std::fs;
use std::hash::{BuildHasher, RandomState};
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use crate::support::Ended;
use crate::support::office::Lag;
use crate::support::scene::{Running, Scene};
use crate::support::{program, run};

/// So many moments are tried side by side: they wait most of the time.
const AT_ONCE: usize = 8;

/// Numbers that look like chance, and come again from the same beginning.
struct Chance(u64);

impl Chance {
    /// A number below a bound.
    fn below(&mut self, bound: u64) -> u64 {
        // splitmix64, by Sebastiano Vigna.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound
    }

    fn milliseconds(&mut self, bound: u64) -> Duration {
        Duration::from_millis(self.below(bound))
    }

    fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
        let count = u64::try_from(all.len()).unwrap();
        all[usize::try_from(self.below(count)).unwrap()]
    }

    /// None, or some.
    fn lag(&mut self) -> Duration {
        let bound = self.one_of(&[1, 1, 200, 1500]);
        self.milliseconds(bound)
    }
}

/// Ends one run on one portal, and tidies up behind it.
fn ended_at(start: u64) {
    let mut chance = Chance(start);
    let scene = Scene::new(None);
    for number in 1..=12 {
        let (before, after) = (chance.lag(), chance.lag());
        let lag = Lag { before, after };
        scene.office.with(|state| state.lags.insert(number, lag));
    }
    // One that makes something is carried out when nobody looks for it any more.
    if chance.below(4) > 0 {
        let number = chance.one_of(&[1, 2, 3, 4]);
        let before = Duration::from_secs(4) + chance.milliseconds(6000);
        let after = chance.lag();
        let lag = Lag { before, after };
        scene.office.with(|state| state.lags.insert(number, lag));
    }
    let filter = chance.one_of(&["get-crm-contact", "post-"]);
    let timeout = chance.one_of(&["1s", "30s"]);
    let signal = chance.one_of(&["-KILL", "-KILL", "-KILL", "-TERM", "-INT", "-HUP"]);
    let longest = chance.one_of(&[400, 2000, 6000]);
    let moment = chance.milliseconds(longest);
    let what = format!("moment {start}: {signal} after {moment:?}, {timeout}, {filter}");
    let arguments = [
        "run",
        "--target",
        "office",
        "--request-timeout",
        timeout,
        filter,
    ];
    let mut running = Running::start(&mut scene.program(&arguments));
    let begun = Instant::now();
    while begun.elapsed() < moment && !running.has_ended() {
        thread::sleep(Duration::from_millis(2));
    }
    if !running.has_ended() {
        running.signal(signal);
    }
    let ended = running.end();
    let told = format!("{what}\n{}{}", ended.stdout, ended.stderr);
    assert!(!ended.stderr.contains("panicked"), "{told}");
    if scene.journals().is_empty() {
        scene.office.settle();
        assert_bare(&scene, &told);
        return;
    }
    // One that ends by itself says what it leaves.
    if ended.code.is_some() {
        assert!(
            ended.stdout.contains("left on the portal")
                || ended.stderr.contains("left on the portal"),
            "{told}"
        );
    }
    match chance.below(4) {
        0 => tidied(&scene, &scene.cleanup(), &told),
        1 => {
            let absent = (String::new(), 404, "{}".to_owned());
            scene.office.with(|state| state.answers.push(absent));
            tidied(&scene, &scene.cleanup(), &told);
            scene.office.with(|state| state.answers.clear());
        }
        2 => {
            let mut running = Running::start(&mut scene.program(&["cleanup"]));
            thread::sleep(chance.milliseconds(1000));
            if !running.has_ended() {
                running.signal("-KILL");
            }
            running.end();
        }
        _ => {}
    }
    scene.office.settle();
    let ended = scene.cleanup();
    let told = format!("{told}{}{}", ended.stdout, ended.stderr);
    tidied(&scene, &ended, &told);
    assert_bare(&scene, &told);
    if ended.code == Some(3) {
        // What never arrived cannot be told from what is late: a person has looked by now.
        assert!(ended.stdout.contains("not there yet"), "{told}");
        let ended = scene.give_up();
        assert_eq!(ended.code, Some(0), "{told}{}", ended.stdout);
        assert!(scene.journals().is_empty(), "{told}");
        assert_bare(&scene, &told);
    }
}

/// A clean-up leaves a journal and says so, or leaves nothing.
fn tidied(scene: &Scene, ended: &Ended, told: &str) {
    let told = format!("{told}{}{}", ended.stdout, ended.stderr);
    match ended.code {
        Some(0) => assert!(scene.journals().is_empty(), "{told}"),
        Some(3) => {
            assert!(ended.stdout.contains(" left\n"), "{told}");
            assert_eq!(scene.journals().len(), 1, "{told}");
        }
        _ => panic!("{told}"),
    }
    if scene.journals().is_empty() {
        scene.office.settle();
        assert_bare(scene, &told);
    }
}

fn assert_bare(scene: &Scene, told: &str) {
    let state = scene
        .office
        .with(|state| format!("{:?}", (&state.persons, &state.projects, &state.log)));
    assert!(scene.office.with(|state| state.is_bare()), "{told}{state}");
}

/// Tries so many moments, from so many beginnings of chance.
fn ended_at_moments(count: u64, beginning: u64) {
    let moments: Vec<u64> = (0..count)
        .map(|number| beginning.wrapping_add(number * 7919))
        .collect();
    let share = moments.len().div_ceil(AT_ONCE);
    thread::scope(|scope| {
        let threads = moments.chunks(share);
        let threads =
            threads.map(|moments| scope.spawn(|| moments.iter().copied().for_each(ended_at)));
        let threads: Vec<_> = threads.collect();
        for thread in threads {
            thread.join().unwrap();
        }
    });
}

#[test]
fn whenever_a_run_ends_nothing_stays_unsaid() {
    ended_at_moments(16, 1);
}

/// The same for as many moments as CONTRIBUTING.md asks for, others each time.
#[test]
#[ignore = "takes minutes"]
fn whenever_a_run_ends_nothing_stays_unsaid_200_times() {
    ended_at_moments(200, RandomState::new().hash_one("moments"));
}

#[test]
fn a_run_on_a_portal_that_is_only_slow_leaves_nothing() {
    let scene = Scene::new(None);
    let lag = Lag {
        before: Duration::from_millis(20),
        after: Duration::from_millis(20),
    };
    scene
        .office
        .with(|state| state.lags = (1..=12).map(|number| (number, lag)).collect());
    let ended = run(&mut scene.run());
    assert_eq!(ended.code, Some(1), "{}", ended.stderr);
    scene.assert_clean("after a slow run");
}

#[test]
fn a_run_that_is_killed_leaves_a_whole_report_or_none() {
    let folder = tempfile::tempdir().unwrap();
    let report = folder.path().join("report.json");
    let html = folder.path().join("report.html");
    let start = || {
        let mut command = program(&["run", "--quiet", "get-crm-contact-contactid::json"]);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command.arg("--report-json").arg(&report);
        command.arg("--report-html").arg(&html).spawn().unwrap()
    };
    let began = Instant::now();
    assert!(start().wait().unwrap().success());
    // Around the moments at which reports are written.
    let mut whole = u64::try_from(began.elapsed().as_micros()).unwrap();
    let (mut chance, mut killed) = (Chance(3), 0);
    for _ in 0..24 {
        let mut child = start();
        let early = chance.below(whole / 4);
        thread::sleep(Duration::from_micros(whole.saturating_sub(early)));
        if child.try_wait().unwrap().is_none() {
            killed += 1;
        } else {
            // The first run may have been slow, as others ran beside it.
            whole -= whole / 10;
        }
        let _ = child.kill();
        child.wait().unwrap();
        if let Ok(text) = fs::read(&report) {
            serde_json::from_slice::<serde_json::Value>(&text).unwrap();
        }
        if let Ok(text) = fs::read_to_string(&html) {
            assert!(text.trim_end().ends_with("</html>"), "{text}");
        }
    }
    assert!(killed > 0, "every run had ended");
}
