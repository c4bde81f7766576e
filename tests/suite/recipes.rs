//! The recipes of `docs/ci.md`: files that parse, and steps that do what they say.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use saphyr_parser::{Event, Parser};
use serde_json::{Map, Value};
use tempfile::TempDir;

use crate::support::{Ended, Served, TOKEN, program, program_path, project};

/// The fenced blocks of a language.
fn blocks(language: &str) -> Vec<String> {
    let text = fs::read_to_string(project().join("docs/ci.md")).unwrap();
    let fence = format!("```{language}\n");
    let blocks = text.split(&fence).skip(1);
    blocks
        .map(|block| block.split("```\n").next().unwrap().to_owned())
        .collect()
}

/// YAML without anchors, all scalars as texts.
fn yaml(text: &str) -> Value {
    let mut open: Vec<(Value, Option<String>)> = Vec::new();
    let mut root = Value::Null;
    for event in Parser::new_from_str(text) {
        let done = match event.unwrap().0 {
            Event::Scalar(text, ..) => Some(Value::from(text.into_owned())),
            Event::SequenceStart(..) => {
                open.push((Value::Array(Vec::new()), None));
                None
            }
            Event::MappingStart(..) => {
                open.push((Value::Object(Map::new()), None));
                None
            }
            Event::SequenceEnd | Event::MappingEnd => open.pop().map(|(value, _)| value),
            _ => None,
        };
        let Some(value) = done else { continue };
        match open.last_mut() {
            None => root = value,
            Some((Value::Array(items), _)) => items.push(value),
            Some((Value::Object(members), name)) => match name.take() {
                None => *name = Some(value.as_str().unwrap().to_owned()),
                Some(name) => {
                    assert!(members.insert(name, value).is_none(), "a name twice");
                }
            },
            Some(_) => unreachable!(),
        }
    }
    root
}

/// A checkout with a configuration file, and a portal that drifted or not.
struct Checkout {
    folder: TempDir,
    _served: Served,
    tools: PathBuf,
}

impl Checkout {
    fn new(drift: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let pages = folder.path().join("our-pages");
        fs::create_dir(&pages).unwrap();
        for at in 0..2 {
            let page = format!(
                "GET api/2.0/things{at} This function requires authentication\n\nReturns\n\nThing\n\nExample Response\n\n\
                 application/json\n\n{{\"status\": 0, \"response\": {{\"Title\": \"a\"}}}}\n"
            );
            fs::write(pages.join(format!("things{at}.txt")), page).unwrap();
        }
        let mut arguments = vec!["--pages", pages.to_str().unwrap()];
        arguments.extend(drift);
        let served = Served::start(&arguments);
        let text = format!(
            "[target.staging]\nurl = \"{}\"\npages = \"our-pages\"\nsnapshots = \"envelopes\"\neffort = \"quick\"\naccount.token = {{ env = \"STAGING_TOKEN\" }}\n",
            served.url
        );
        fs::write(folder.path().join("portal-conformance.toml"), text).unwrap();
        let tools = folder.path().join("tools");
        fs::create_dir(&tools).unwrap();
        for tool in ["cargo", "git"] {
            let path = tools.join(tool);
            fs::write(
                &path,
                // As `git diff --quiet` says that something changed.
                format!(
                    "#!/bin/sh\necho {tool} \"$@\" >> \"$LOG\"\n\
                     [ \"$1\" != diff ] || exit \"${{CHANGED:-1}}\"\n"
                ),
            )
            .unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        }
        symlink(program_path(), tools.join("portal-conformance")).unwrap();
        Self {
            folder,
            _served: served,
            tools,
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Runs a script as a CI does.
    fn sh(&self, shell: &[&str], script: &str, variables: &[(&str, &str)]) -> Ended {
        let path = std::env::var("PATH").unwrap();
        // None of the variables that the program reads.
        let around = program(&[]);
        let mut command = Command::new(shell[0]);
        for (name, value) in around.get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        command
            .args(&shell[1..])
            .arg(script)
            .current_dir(self.folder.path())
            .env("PATH", format!("{}:{path}", self.tools.display()))
            .env("LOG", self.path("log"))
            .env("GITHUB_RUN_ID", "7")
            .env("GITHUB_RUN_ATTEMPT", "1")
            .env("CI_PROJECT_DIR", self.folder.path())
            .env("CONFORMANCE_SOURCE", "https://git.example.com/x.git")
            .envs(variables.iter().copied());
        command.output().unwrap().into()
    }

    /// The shell steps of a job of GitHub's.
    fn github(&self, job: &Value, matrix: &str) -> Vec<Ended> {
        let steps = job["steps"].as_array().unwrap().iter();
        let shell = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c"];
        let steps = steps.filter_map(|step| Some((step, step["run"].as_str()?)));
        let ended = steps.map(|(step, script)| {
            let variables = step["env"].as_object().into_iter().flatten();
            let variables: Vec<(&str, &str)> = variables
                .map(|(name, value)| match value.as_str().unwrap() {
                    "${{ secrets.STAGING_TOKEN }}" => (name.as_str(), TOKEN),
                    "${{ matrix.shard }}" => (name.as_str(), matrix),
                    "${{ vars.CONFORMANCE_SOURCE }}" => {
                        (name.as_str(), "https://git.example.com/x.git")
                    }
                    other => panic!("{other}"),
                })
                .collect();
            assert!(
                !script.contains("${{"),
                "what others chose forms no script: {script}"
            );
            self.sh(&shell, script, &variables)
        });
        ended.collect()
    }
}

fn all_well(ended: &[Ended]) {
    for one in ended {
        assert_eq!(one.code, Some(0), "{}{}", one.stdout, one.stderr);
    }
}

fn is_report(path: &Path) {
    assert!(
        fs::metadata(path).is_ok_and(|file| file.len() > 0),
        "{}",
        path.display()
    );
}

#[test]
fn the_workflows_of_github_do_what_they_say() {
    let workflows: Vec<Value> = blocks("yaml").iter().map(|text| yaml(text)).collect();
    let named = |name: &str| workflows.iter().find(|one| one["name"] == name).unwrap();
    let checkout = Checkout::new(&[]);
    all_well(&checkout.github(&named("portal")["jobs"]["conformance"], ""));
    for name in ["junit.xml", "report.json", "report.html", "report.sarif"] {
        is_report(&checkout.path("reports").join(name));
    }
    let sharded = &named("portal-in-shards")["jobs"];
    let shards = sharded["shard"]["strategy"]["matrix"]["shard"]
        .as_array()
        .unwrap();
    for shard in shards {
        all_well(&checkout.github(&sharded["shard"], shard.as_str().unwrap()));
    }
    all_well(&checkout.github(&sharded["verdict"], ""));
    is_report(&checkout.path("report.json"));
    all_well(&checkout.github(&named("accept-envelopes")["jobs"]["accept"], ""));
    let envelopes = fs::read_dir(checkout.path("envelopes")).unwrap().flatten();
    let accepted: Vec<PathBuf> = envelopes.map(|one| one.path()).collect();
    let is_reviewed = |path: &PathBuf| path.extension().is_some_and(|end| end == "snap");
    assert!(
        !accepted.is_empty() && accepted.iter().all(is_reviewed),
        "{accepted:?}"
    );
    let log = fs::read_to_string(checkout.path("log")).unwrap();
    assert!(log.contains("git push origin envelopes-7-1"), "{log}");
    assert!(
        !log.contains("cargo"),
        "what is there is not installed: {log}"
    );
}

#[test]
fn a_portal_that_drifted_fails_the_jobs() {
    let checkout = Checkout::new(&["--fault", "schema:get-things0:drop:Title"]);
    let workflows: Vec<Value> = blocks("yaml").iter().map(|text| yaml(text)).collect();
    let gate = checkout.github(&workflows[0]["jobs"]["conformance"], "");
    assert_eq!(
        gate.last().unwrap().code,
        Some(1),
        "{}",
        gate.last().unwrap().stderr
    );
    let jobs = &workflows[1]["jobs"];
    for shard in ["1", "2"] {
        all_well(&checkout.github(&jobs["shard"], shard));
    }
    let verdict = checkout.github(&jobs["verdict"], "");
    assert_eq!(verdict.last().unwrap().code, Some(1));
    let shell = checkout.sh(&["sh", "-c"], &blocks("sh")[0], &[("STAGING_TOKEN", TOKEN)]);
    assert_eq!(shell.code, Some(1), "{}", shell.stderr);
    assert!(
        shell.stdout.contains("staging has drifted"),
        "{}",
        shell.stdout
    );
}

/// The steps of a job that use an action.
fn using<'a>(job: &'a Value, action: &str) -> Vec<&'a Value> {
    let steps = job["steps"].as_array().unwrap().iter();
    let is_it = |step: &&Value| {
        step["uses"]
            .as_str()
            .is_some_and(|uses| uses.starts_with(action))
    };
    steps.filter(is_it).collect()
}

/// A gate that fails is when something is left, and what is left shuts no gate.
#[test]
fn what_jobs_leave_is_kept_whatever_comes_of_them() {
    let workflows: Vec<Value> = blocks("yaml").iter().map(|text| yaml(text)).collect();
    let gate = &workflows[0]["jobs"]["conformance"];
    assert!(
        using(gate, "actions/cache@").is_empty(),
        "it saves nothing of a job that fails"
    );
    let saves = using(gate, "actions/cache/save@");
    let left = saves
        .iter()
        .filter(|step| step["with"]["path"] == ".portal-conformance");
    let left: Vec<_> = left.collect();
    assert!(left.len() == 1 && left[0]["if"] == "always()", "{saves:?}");
    let state = gate["if"].as_str().unwrap();
    assert!(
        state.contains("deployment_status.state == 'success'"),
        "{state}"
    );
    let steps = gate["steps"].as_array().unwrap().iter();
    let mut cleanups = steps.filter(|step| {
        let script = step["run"].as_str().unwrap_or_default();
        script.starts_with("portal-conformance cleanup")
    });
    assert_eq!(cleanups.next().unwrap()["continue-on-error"], "true");
    let gitlab = workflows
        .iter()
        .find(|one| !one["stages"].is_null())
        .unwrap();
    assert_eq!(gitlab[".conformance"]["cache"]["when"], "always");
    assert_eq!(gitlab["cleanup"]["rules"][0]["when"], "always");
    // A portal that is down: nothing can be undone, and the scripts end as the run does.
    let checkout = Checkout::new(&[]);
    let config = checkout.path("portal-conformance.toml");
    let text = fs::read_to_string(&config).unwrap();
    let lines = text.lines().map(|line| {
        if line.starts_with("url") {
            "url = \"http://127.0.0.1:1\"\n".to_owned()
        } else {
            format!("{line}\n")
        }
    });
    fs::write(&config, lines.collect::<String>()).unwrap();
    let token = [("STAGING_TOKEN", TOKEN)];
    let jenkins = &blocks("groovy")[0];
    let jenkins = jenkins.split("'''").nth(1).unwrap();
    let hasty = |script: &str| script.replace("--wait-ready 2m", "--request-timeout 2s");
    for (shell, script) in [("-xec", hasty(jenkins)), ("-c", hasty(&blocks("sh")[0]))] {
        let ended = checkout.sh(&["sh", shell], &script, &token);
        assert_eq!(ended.code, Some(3), "{}{}", ended.stdout, ended.stderr);
    }
    is_report(&checkout.path("reports/junit.xml"));
    // So does a part of several: its report is there, and the verdict is that of all.
    let jobs = &workflows[1]["jobs"];
    for shard in ["1", "2"] {
        all_well(&checkout.github(&jobs["shard"], shard));
        is_report(&checkout.path("shards").join(format!("{shard}.json")));
    }
    let verdict = checkout.github(&jobs["verdict"], "");
    assert_eq!(verdict.last().unwrap().code, Some(3));
    // A mistake in the job is none of the portal's.
    fs::write(&config, "[target.other]\n").unwrap();
    let shard = checkout.github(&jobs["shard"], "1");
    assert_eq!(shard.last().unwrap().code, Some(2));
}

#[test]
fn where_no_envelope_changed_nothing_is_proposed() {
    let checkout = Checkout::new(&[]);
    let workflows: Vec<Value> = blocks("yaml").iter().map(|text| yaml(text)).collect();
    let accept = workflows
        .iter()
        .find(|one| one["name"] == "accept-envelopes")
        .unwrap();
    let steps = accept["jobs"]["accept"]["steps"].as_array().unwrap();
    let script = steps.last().unwrap()["run"].as_str().unwrap();
    let ended = checkout.sh(&["bash", "-ec"], script, &[("CHANGED", "0")]);
    all_well(&[ended]);
    let log = fs::read_to_string(checkout.path("log")).unwrap();
    assert!(!log.contains("git push"), "{log}");
}

#[test]
fn the_recipes_for_gitlab_jenkins_and_any_shell_keep_a_good_portal() {
    let checkout = Checkout::new(&[]);
    let token = [("STAGING_TOKEN", TOKEN)];
    let gitlab = blocks("yaml")
        .iter()
        .map(|text| yaml(text))
        .find(|one| !one["stages"].is_null());
    let gitlab = gitlab.unwrap();
    for job in ["conformance", "cleanup"] {
        let base = &gitlab[gitlab[job]["extends"].as_str().unwrap()];
        let lines = [&base["before_script"], &gitlab[job]["script"]];
        let lines = lines.iter().flat_map(|lines| lines.as_array().unwrap());
        let lines: Vec<&str> = lines.map(|line| line.as_str().unwrap()).collect();
        all_well(&[checkout.sh(&["sh", "-e", "-c"], &lines.join("\n"), &token)]);
    }
    is_report(&checkout.path("reports/junit.xml"));
    fs::remove_dir_all(checkout.path("reports")).unwrap();
    let jenkins = &blocks("groovy")[0];
    assert_eq!(jenkins.matches('{').count(), jenkins.matches('}').count());
    let script = jenkins.split("'''").nth(1).unwrap();
    all_well(&[checkout.sh(&["sh", "-xe", "-c"], script, &token)]);
    is_report(&checkout.path("reports/junit.xml"));
    let shell = checkout.sh(&["sh", "-c"], &blocks("sh")[0], &token);
    all_well(&[shell]);
    // Where it is not there, it is installed.
    fs::remove_file(checkout.tools.join("portal-conformance")).unwrap();
    let _ = checkout.sh(&["sh", "-c"], &blocks("sh")[0], &token);
    let log = fs::read_to_string(checkout.path("log")).unwrap();
    assert!(
        log.contains(
            "cargo install --locked --git https://git.example.com/x.git portal-conformance"
        ),
        "{log}"
    );
}
