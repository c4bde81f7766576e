//! The configuration file in the documents: its JSON Schema, the examples, the commands beside them.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::fs;
use std::path::PathBuf;

use clap::Parser;
use portal_conformance::case;
use portal_conformance::cli::Arguments;
use portal_conformance::config::{Config, File};
use portal_conformance::contract;
use portal_conformance::journal::Kept;
use portal_conformance::page;
use portal_conformance::profile;
use portal_conformance::target::{Target, check_parameter, parse_url};
use portal_conformance::testdata::Recipe;
use portal_conformance::waiver::Waiver;
use support::project;

/// The documents whose examples are tried.
const DOCUMENTS: [&str; 2] = ["README.md", "docs/configuration.md"];

#[test]
fn the_schema_of_the_file_is_that_of_its_types() {
    let path = project().join("docs/portal-conformance.schema.json");
    let text = format!("{:#}\n", Config::json_schema());
    if std::env::var_os("UPDATE_SCHEMA").is_some() {
        fs::write(&path, &text).unwrap();
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        committed == text,
        "docs/portal-conformance.schema.json is stale: renew it with \
         `UPDATE_SCHEMA=1 cargo test --test config`"
    );
}

/// The fenced blocks of a language in the documents, each with its document's name.
fn blocks(language: &str) -> Vec<(&'static str, String)> {
    let fence = format!("```{language}\n");
    let mut blocks = Vec::new();
    for name in DOCUMENTS {
        let text = fs::read_to_string(project().join(name)).unwrap();
        for part in text.split(fence.as_str()).skip(1) {
            let (block, _) = part.split_once("```").unwrap();
            blocks.push((name, block.to_owned()));
        }
    }
    blocks
}

/// The examples of a configuration file.
fn examples() -> Vec<(&'static str, String)> {
    let blocks = blocks("toml").into_iter();
    blocks
        .filter(|(_, text)| text.contains("[target."))
        .collect()
}

#[test]
fn the_examples_keep_the_schema_and_are_read() {
    let schema = Config::json_schema();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let contract = contract::of_sources(page::builtin()).unwrap();
    let examples = examples();
    assert!(examples.len() >= 3, "{} examples", examples.len());
    for (name, text) in examples {
        // A waiver by itself is to be added to a target that stands elsewhere.
        let text = if text.contains("url = ") {
            text
        } else {
            format!("[target.staging]\nurl = \"http://h\"\n{text}")
        };
        let value: serde_json::Value = toml::from_str(&text).unwrap();
        let errors: Vec<String> = validator
            .iter_errors(&value)
            .map(|error| format!("{error} at {}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{name}: {errors:?}\n{text}");
        let file =
            File::parse(name, &text, PathBuf::new()).unwrap_or_else(|error| panic!("{error}"));
        for entry in file.config.targets.values() {
            let target = Target::new(parse_url(&entry.url).unwrap());
            for parameter in entry.parameters.keys() {
                check_parameter(parameter, &["1".to_owned()], &contract).unwrap();
            }
            // What an example makes can be undone after a kill as well.
            let recipe = Recipe {
                set_up: entry.set_up.clone(),
                tear_down: entry.tear_down.clone(),
                ..Recipe::default()
            };
            recipe.check(&Kept::new()).unwrap();
            assert_eq!(recipe.unfindable().next(), None, "{name}");
            let profile = profile::load("as-documented").unwrap();
            let plan = case::plan(&contract, &profile, &target);
            for waiver in &entry.waivers {
                Waiver::of(waiver, &plan).unwrap();
            }
        }
    }
}

#[test]
fn the_schema_refuses_what_the_loader_refuses() {
    let validator = jsonschema::validator_for(&Config::json_schema()).unwrap();
    for text in [
        "[target.a]\n",
        "[target.a]\nurl = 5\n",
        "[target.a]\nurl = 'u'\nprofil = 'x'\n",
        "[target.a]\nurl = 'u'\naccount.token = 'geheim'\n",
        "[target.a]\nurl = 'u'\naccount.token = { env = 'A', file = 'b' }\n",
        "[target.a]\nurl = 'u'\naccount.token = {}\n",
        "[target.a]\nurl = 'u'\naccount.scheme = 'x'\n",
        "[target.a]\nurl = 'u'\nparameters = { contactid = true }\n",
        "[target.a]\nurl = 'u'\nlimits.jobs = 'many'\n",
    ] {
        let value: serde_json::Value = toml::from_str(text).unwrap();
        assert!(!validator.is_valid(&value), "{text}");
        assert!(File::parse("x", text, PathBuf::new()).is_err(), "{text}");
    }
}

/// Commands that the documents show, without what a shell does with them.
#[test]
fn the_commands_are_those_of_the_program() {
    let console = blocks("console").into_iter().flat_map(|(_, text)| {
        let lines = text
            .lines()
            .filter_map(|line| line.trim_start().strip_prefix("$ "));
        lines.map(str::to_owned).collect::<Vec<_>>()
    });
    let yaml = blocks("yaml").into_iter().flat_map(|(_, text)| {
        let lines = text.lines().filter_map(|line| line.split_once("run: "));
        lines.map(|(_, line)| line.to_owned()).collect::<Vec<_>>()
    });
    let shell = blocks("sh")
        .into_iter()
        .flat_map(|(_, text)| text.lines().map(str::to_owned).collect::<Vec<_>>());
    let mut tried = 0;
    for line in console.chain(yaml).chain(shell) {
        let line = line.split(" #").next().unwrap().replace('"', "");
        let Some(at) = line.find("portal-conformance ") else {
            continue;
        };
        if line.starts_with("cargo") || line.contains("tar ") {
            continue;
        }
        let words = line[at..].split_whitespace();
        let words = words.take_while(|word| !["||", "&&", "|", ">", ">>", ";"].contains(word));
        let words: Vec<&str> = words.filter(|word| *word != "...").collect();
        tried += 1;
        if let Err(error) = Arguments::try_parse_from(&words) {
            panic!("{words:?}: {error}");
        }
    }
    assert!(tried > 10, "{tried} commands");
}
