//! The configuration file in the documents: its JSON Schema, the examples, the commands beside them.

use std::fs;
use std::path::PathBuf;

use crate::support::project;
use clap::Parser;
use portal_conformance::address::parse_url;
use portal_conformance::case;
use portal_conformance::check::Rule;
use portal_conformance::cli::Arguments;
use portal_conformance::config::{Config, File};
use portal_conformance::contract;
use portal_conformance::page;
use portal_conformance::parameter_value;
use portal_conformance::profile;
use portal_conformance::session::journal::NamedValues;
use portal_conformance::session::recipe::Recipe;
use portal_conformance::settings::{Given, Settings, Surroundings};
use portal_conformance::target::Target;
use portal_conformance::waiver::Waiver;

/// The documents whose examples are tried.
const DOCUMENTS: [&str; 2] = ["README.md", "docs/configuration.md"];

/// The schema with the rules of the suite.
fn json_schema() -> serde_json::Value {
    let rules: Vec<&str> = Rule::ALL.iter().map(|rule| rule.id()).collect();
    Config::json_schema(&rules)
}

#[test]
fn the_schema_of_the_file_is_that_of_its_types() {
    let path = project().join("docs/portal-conformance.schema.json");
    let text = format!("{:#}\n", json_schema());
    if std::env::var_os("UPDATE_SCHEMA").is_some() {
        fs::write(&path, &text).unwrap();
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        committed == text,
        "docs/portal-conformance.schema.json is stale: renew it with \
         `UPDATE_SCHEMA=1 cargo test --test suite schema_of_the_file`"
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
    let schema = json_schema();
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
                parameter_value::check(parameter, &["1".to_owned()], &contract).unwrap();
            }
            // What an example makes can be undone after a kill as well.
            let recipe = Recipe {
                set_up: entry.set_up.clone(),
                tear_down: entry.tear_down.clone(),
                ..Recipe::default()
            };
            recipe.check(&NamedValues::new()).unwrap();
            assert_eq!(recipe.unfindable().next(), None, "{name}");
            let profile = profile::load("as-documented").unwrap();
            let plan = case::plan(&contract, &profile, &target);
            for waiver in &entry.waivers {
                Waiver::of(waiver, &plan).unwrap();
            }
        }
    }
}

/// Whether a file can be used as far as it can be told without a request.
fn is_usable(text: &str) -> bool {
    let Ok(file) = File::parse("x", text, PathBuf::new()) else {
        return false;
    };
    let Some(entry) = file.config.targets.get("a").cloned() else {
        return false;
    };
    let around = Surroundings {
        variable: &|_| None,
        read: &|_| Ok(String::new()),
        sends_nothing: true,
    };
    let given = Given {
        target: Some("a".to_owned()),
        ..Given::default()
    };
    let contract = contract::of_sources(page::builtin()).unwrap();
    let Ok(settings) = Settings::of(&given, around, Some(file)) else {
        return false;
    };
    if settings.check(&contract).is_err() {
        return false;
    }
    let recipe = Recipe::of(&settings);
    let target = settings.target;
    let plan = case::plan(&contract, &profile::load("as-documented").unwrap(), &target);
    let mut waivers = entry.waivers.iter();
    waivers.all(|waiver| Waiver::of(waiver, &plan).is_ok())
        && recipe.check(&target.parameters).is_ok()
}

#[test]
fn the_schema_refuses_what_the_loader_refuses() {
    const GOOD: &str = "[target.a]\nurl = 'http://h'\n";
    let validator = jsonschema::validator_for(&json_schema()).unwrap();
    let waiver = |line: &str| {
        let usual = [
            ("case", "'*'"),
            ("kind", "'missing'"),
            ("reason", "'r'"),
            ("until", "'2999-12-31'"),
        ];
        let others = usual
            .iter()
            .filter(|(key, _)| !line.starts_with(key))
            .map(|(key, value)| format!("{key} = {value}\n"));
        let others: String = others.collect();
        format!("{GOOD}[[target.a.waiver]]\n{others}{line}\n")
    };
    let step = |method: &str| {
        format!("{GOOD}[[target.a.set-up]]\nname = 'n'\nmethod = '{method}'\npath = 'api/x'\n")
    };
    let target = |line: &str| format!("{GOOD}{line}\n");
    let refused = [
        "[target.a]\n".to_owned(),
        "[target.a]\nurl = 5\n".to_owned(),
        "[target.a]\nurl = 'ftp://h'\n".to_owned(),
        "[target.a]\nurl = 'portal.example.com'\n".to_owned(),
        target("profil = 'x'"),
        target("account.token = 'geheim'"),
        target("account.token = { env = 'A', file = 'b' }"),
        target("account.token = { env = '' }"),
        target("account.token = {}"),
        target("account.scheme = 'x'"),
        target("parameters = { contactid = true }"),
        target("parameters = { contactid = [] }"),
        target("parameters = { contactid = [[1]] }"),
        target("limits.jobs = 'many'"),
        target("limits.jobs = 0"),
        target("limits.wait-ready = 'soon'"),
        target("limits.wait-ready = 60"),
        target("limits.max-time = 0"),
        target("limits.max-body-size = 0"),
        target("limits.request-timeout = 0"),
        target("limits.rate = 'fast'"),
        target("limits.rate = '0/s'"),
        target("limits.rate = '5/h'"),
        waiver("kind = 'mising'"),
        waiver("reason = ''"),
        waiver("reason = ' '"),
        waiver("until = '31.12.2026'"),
        waiver("until = '2026-12'"),
        waiver("case = []"),
        waiver("pointer = []"),
        waiver("pointer = 5"),
        step("SEND"),
    ];
    for text in &refused {
        let value: serde_json::Value = toml::from_str(text).unwrap();
        assert!(!validator.is_valid(&value), "{text}");
        assert!(!is_usable(text), "{text}");
    }
    let kept = [
        target("account.token = { env = 'A' }"),
        target("parameters = { contactid = [1, '2'] }"),
        target("limits.wait-ready = '1.5m'"),
        target("limits.max-time = '10m'"),
        target("limits = { rate = '5/s', jobs = 1, max-body-size = 1, request-timeout = 0.5 }"),
        target("limits.rate = '5 / 1.5min'"),
        waiver("kind = 'null'"),
        waiver("case = ['get-*', 'post-*']"),
        waiver("pointer = ['/response/a', '']"),
        step("GET"),
    ];
    for text in &kept {
        let value: serde_json::Value = toml::from_str(text).unwrap();
        assert!(validator.is_valid(&value), "{text}");
        assert!(is_usable(text), "{text}");
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
