//! Any bytes where a file or an answer is due: the fuzz targets of `fuzz/`, without a fuzzer.

use std::fs;

use proptest::prelude::*;
use proptest::sample::Index;

use crate::support::project;

#[path = "../../fuzz/entries.rs"]
mod entries;

type Entry = fn(&[u8]);

/// Each target, with the folder and the ending of files that are what it reads.
const TARGETS: [(&str, Entry, &str, &str); 7] = [
    ("page", entries::page, "pages", "txt"),
    ("json", entries::json, "fuzz/seeds/json", "json"),
    ("xml", entries::xml, "fuzz/seeds/xml", "xml"),
    ("config", entries::config, "fuzz/seeds/config", "toml"),
    ("profile", entries::profile, "profiles", "toml"),
    ("snapshot", entries::snapshot, "snapshots", "snap"),
    ("har", entries::har, "fuzz/seeds/har", "har"),
];

/// What nests, or repeats, where a reader may call itself or compare all with all.
const PATTERNS: [&str; 16] = [
    "[",
    "{\"a\":",
    "[[],",
    "<a>",
    "<a b='c'>",
    "<a xmlns:a='b'>",
    "<!--",
    "<![CDATA[",
    "&#",
    "- ",
    "? ",
    "a = [",
    "[a.",
    "a.",
    "{a = ",
    "\u{feff}",
];

fn files(folder: &str, extension: &str) -> Vec<Vec<u8>> {
    let entries = fs::read_dir(project().join(folder)).unwrap();
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|end| end == extension));
    paths.sort();
    let files = paths.iter().map(|path| fs::read(path).unwrap());
    files.take(6).collect()
}

/// What a target is fed with at first: its seeds, sound files, and the examples of the pages.
fn corpus(target: &str) -> Vec<Vec<u8>> {
    let (_, _, folder, extension) = *TARGETS.iter().find(|(name, ..)| *name == target).unwrap();
    let mut corpus = files(folder, extension);
    let seeds = project().join("fuzz/seeds").join(target);
    for entry in fs::read_dir(seeds).unwrap() {
        corpus.push(fs::read(entry.unwrap().path()).unwrap());
    }
    let page = fs::read_to_string(project().join("pages/get-crm-contact-contactid.txt")).unwrap();
    let (json, xml) = page.rsplit_once("text/xml\n").unwrap();
    let (_, json) = json.rsplit_once("application/json\n").unwrap();
    match target {
        "json" => corpus.push(json.trim().into()),
        "xml" => corpus.push(xml.trim().into()),
        "config" => {
            let text = fs::read_to_string(project().join("docs/configuration.md")).unwrap();
            let blocks = text.split("```toml\n").skip(1);
            corpus.extend(blocks.map(|block| block.split("```").next().unwrap().into()));
        }
        _ => {}
    }
    corpus
}

fn entry(target: usize) -> (&'static str, Entry) {
    (TARGETS[target].0, TARGETS[target].1)
}

#[test]
fn every_fuzz_target_is_replayed_here() {
    let manifest = fs::read_to_string(project().join("fuzz/Cargo.toml")).unwrap();
    let manifest: toml::Table = toml::from_str(&manifest).unwrap();
    assert!(manifest.contains_key("workspace"), "nothing else builds it");
    let bins = manifest["bin"].as_array().unwrap();
    let names: Vec<&str> = bins
        .iter()
        .map(|bin| bin["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, TARGETS.map(|(name, ..)| name));
    for name in names {
        let path = project().join(format!("fuzz/fuzz_targets/{name}.rs"));
        let text = fs::read_to_string(path).unwrap();
        assert!(text.contains(&format!("entries::{name}(bytes)")), "{text}");
    }
}

#[test]
fn seeds_and_sound_files_harm_no_reader() {
    for (target, entry, ..) in TARGETS {
        let corpus = corpus(target);
        assert!(corpus.len() > 2, "{target}");
        for bytes in corpus {
            entry(&bytes);
        }
    }
}

#[test]
fn what_nests_and_repeats_harms_no_reader() {
    for (target, entry, ..) in TARGETS {
        let sound = &corpus(target)[0];
        let middle = sound.len() / 2;
        for pattern in PATTERNS {
            let deep = pattern.repeat(10_000);
            entry(deep.as_bytes());
            entry(&[&sound[..middle], deep.as_bytes(), &sound[middle..]].concat());
            entry(format!("---\n{deep}\n---\nx\n").as_bytes());
            let stairs = (0..300).map(|level| format!("{}{pattern}\n", " ".repeat(level)));
            let stairs = stairs.collect::<Vec<_>>().concat();
            entry(format!("---\n{stairs}---\nx\n").as_bytes());
            let page =
                format!("GET a\nExample Response\napplication/json\n{deep}\ntext/xml\n{deep}");
            entry(page.as_bytes());
        }
    }
}

/// One change of some bytes.
#[derive(Debug, Clone)]
enum Change {
    Cut(Index, Index),
    Repeat(Index, Index, usize),
    Put(Index, Vec<u8>),
    PutPattern(Index, Index),
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        (any::<Index>(), any::<Index>()).prop_map(|(from, to)| Change::Cut(from, to)),
        (any::<Index>(), any::<Index>(), 2..20_usize)
            .prop_map(|(from, to, times)| Change::Repeat(from, to, times)),
        (any::<Index>(), proptest::collection::vec(any::<u8>(), 1..4))
            .prop_map(|(at, bytes)| Change::Put(at, bytes)),
        (any::<Index>(), "[-{}<>/'\"=&;:,.\\[\\]\\\\#!? \n0-9a]{1,6}")
            .prop_map(|(at, text)| Change::Put(at, text.into_bytes())),
        (any::<Index>(), any::<Index>()).prop_map(|(at, which)| Change::PutPattern(at, which)),
    ]
}

fn changed(mut bytes: Vec<u8>, changes: &[Change]) -> Vec<u8> {
    let part = |bytes: &[u8], from: &Index, to: &Index| {
        let (from, to) = (from.index(bytes.len() + 1), to.index(bytes.len() + 1));
        from.min(to)..from.max(to)
    };
    for change in changes {
        match change {
            Change::Cut(from, to) => {
                let part = part(&bytes, from, to);
                bytes.drain(part);
            }
            Change::Repeat(from, to, times) => {
                let part = part(&bytes, from, to);
                let more = bytes[part.clone()].repeat(*times);
                bytes.splice(part, more);
            }
            Change::Put(at, new) => {
                let at = at.index(bytes.len() + 1);
                bytes.splice(at..at, new.iter().copied());
            }
            Change::PutPattern(at, which) => {
                let at = at.index(bytes.len() + 1);
                bytes.splice(at..at, which.get(&PATTERNS).repeat(3).bytes());
            }
        }
        bytes.truncate(100_000);
    }
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn files_that_were_changed_anywhere_harm_no_reader(
        of in any::<Index>(),
        changes in proptest::collection::vec(change(), 1..6),
    ) {
        for target in 0..TARGETS.len() {
            let (name, entry) = entry(target);
            let corpus = corpus(name);
            entry(&changed(of.get(&corpus).clone(), &changes));
        }
    }
}
