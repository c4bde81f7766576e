//! Test data of one run: made before the plan, undone after it, whatever happened in between.
//!
//! In come the steps of a target ([`Recipe`]), a client and a
//! [`Journal`](crate::session::journal::Journal); out come the kept values, which
//! become parameters of the run, and in the end what could not be undone. Every request is written to
//! the journal before it is sent, and its values before they are used.
//!
//! Nothing is undone but what the run made: in tear-down steps, a parameter that set-up steps keep never
//! stands for a value that somebody named.

mod carry;
mod fill;

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{BuildHasher, RandomState};
use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

pub use carry::{set_up, undo};

use crate::config::Step;
use crate::run::{Leftover, NoTestData};
use crate::session::event::Warning;
use crate::session::journal::{self, FOLDER, Header, JournalError, Kept};
use crate::settings::{Chosen, Settings};

/// The placeholder for a text that no other run has.
pub const RUN: &str = "run";

/// How the test data of a target is made and undone.
#[derive(Debug, Clone, Default)]
pub struct Recipe {
    /// The target's name in the configuration file.
    pub target: String,
    /// What is made before the run, in this order.
    pub set_up: Vec<Step>,
    /// What is undone after it, in this order.
    pub tear_down: Vec<Step>,
    /// The folder of the journals.
    pub journals: PathBuf,
}

/// What undoing came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Undoing {
    /// How many requests undid something.
    pub undone: usize,
    /// How many found that it was gone already.
    pub gone: usize,
    /// What may be left.
    pub left: Vec<Leftover>,
}

/// Why steps cannot be carried out as they are written: a fault of the configuration.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("the step `{step}` of target `{target}` {problem}")]
pub struct RecipeError {
    /// The target.
    pub target: String,
    /// The step.
    pub step: String,
    /// What is wrong with it, and what would be right.
    pub problem: String,
}

/// Why there is no test data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unmade {
    /// Somebody wants an end.
    Stopped,
    /// It could not be made.
    Failed(NoTestData),
}

impl Recipe {
    /// The steps of the target that the configuration file names; none where it names none.
    #[must_use]
    pub fn of(settings: &Settings) -> Self {
        let Some(Chosen { name, entry, file }) = &settings.chosen else {
            return Self::default();
        };
        Self {
            target: name.clone(),
            set_up: entry.set_up.clone(),
            tear_down: entry.tear_down.clone(),
            journals: file.folder.join(FOLDER),
        }
    }

    /// Whether there is nothing to make.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.set_up.is_empty()
    }

    /// The parameters that set-up steps keep, by name.
    #[must_use]
    pub fn keeps(&self) -> BTreeSet<&str> {
        let keeps = self.set_up.iter().flat_map(|step| step.keep.keys());
        keeps.map(String::as_str).collect()
    }

    /// Values in the place of those that the steps will keep, as many of each: what is planned with them has
    /// the cases of the run.
    #[must_use]
    pub fn stand_ins(&self) -> Kept {
        let mut values = Kept::new();
        for name in self.set_up.iter().flat_map(|step| step.keep.keys()) {
            let of_name = values.entry(name.clone()).or_default();
            of_name.push((of_name.len() + 1).to_string());
        }
        values
    }

    /// Those of them that name what a step made, not what it only read.
    fn makes(&self) -> BTreeSet<&str> {
        let makers = self.set_up.iter().filter(|step| writes(step));
        makers
            .flat_map(|step| step.keep.keys())
            .map(String::as_str)
            .collect()
    }

    /// The set-up steps whose things nobody can look for where their answers never come, by name.
    pub fn unfindable(&self) -> impl Iterator<Item = &str> {
        let steps = self.set_up.iter();
        let makers = steps.filter(|step| writes(step) && !step.keep.is_empty());
        makers
            .filter(|step| step.find.is_none())
            .map(|step| step.name.as_str())
    }

    /// What a run would leave where it is killed, and what earlier ones left.
    #[must_use]
    pub fn warnings(&self, allows_writes: bool) -> Vec<Warning> {
        let steps = self.unfindable().filter(|_| allows_writes);
        let mut warnings: Vec<Warning> = steps
            .map(|step| Warning::Unfindable {
                step: step.to_owned(),
            })
            .collect();
        let runs = journal::left(&self.journals);
        if runs > 0 {
            warnings.push(Warning::LeftBehind { runs });
        }
        warnings
    }

    /// The first line of the journal of a new run.
    #[must_use]
    pub fn header(&self, url: &str, parameters: &Kept) -> Header {
        let keeps = self.keeps();
        let finds = self.set_up.iter().filter_map(|step| step.find.as_ref());
        let mut needed: BTreeSet<String> = self.tear_down.iter().flat_map(fill::names).collect();
        needed.extend(finds.flat_map(|find| fill::names_in(&find.path)));
        let named = parameters
            .iter()
            .filter(|(name, _)| needed.contains(*name) && !keeps.contains(name.as_str()));
        Header {
            target: self.target.clone(),
            url: url.to_owned(),
            run: new_run(),
            named: named
                .map(|(name, values)| (name.clone(), values.clone()))
                .collect(),
        }
    }

    /// Finds what cannot work before anything is sent.
    ///
    /// # Errors
    ///
    /// [`RecipeError`] for the first step that cannot be carried out, or would touch what the run did
    /// not make, or makes what no step undoes.
    pub fn check(&self, parameters: &Kept) -> Result<(), RecipeError> {
        self.check_unique(&self.set_up)?;
        self.check_unique(&self.tear_down)?;
        let mut known: BTreeSet<&str> = parameters.keys().map(String::as_str).collect();
        known.insert(RUN);
        for step in &self.set_up {
            self.check_method(step, &["DELETE", "GET", "PATCH", "POST", "PUT"])?;
            self.check_paths(step)?;
            self.check_names(step, &known)?;
            self.check_keep(step)?;
            known.extend(step.keep.keys().map(String::as_str));
        }
        let makes = self.makes();
        for step in &self.tear_down {
            // Reading undoes nothing.
            self.check_method(step, &["DELETE", "PATCH", "POST", "PUT"])?;
            self.check_paths(step)?;
            self.check_names(step, &known)?;
            let names = fill::names(step);
            if !names
                .iter()
                .any(|name| name == RUN || makes.contains(name.as_str()))
            {
                let problem = "names nothing that a set-up step makes: what others made is never undone; expected `{NAME}` of a value that a set-up step keeps";
                return Err(self.error(step, problem.to_owned()));
            }
        }
        let undone: BTreeSet<String> = self.tear_down.iter().flat_map(fill::names).collect();
        for step in self.set_up.iter().filter(|step| writes(step)) {
            if let Some(name) = step.keep.keys().find(|name| !undone.contains(*name)) {
                let problem = format!(
                    "makes `{name}`, which no tear-down step undoes: add one with `{{{name}}}`"
                );
                return Err(self.error(step, problem));
            }
        }
        Ok(())
    }

    /// The journal knows steps by name.
    fn check_unique(&self, steps: &[Step]) -> Result<(), RecipeError> {
        let mut names = BTreeSet::new();
        match steps.iter().find(|step| !names.insert(&step.name)) {
            None => Ok(()),
            Some(step) => Err(self.error(step, "has the name of another one".to_owned())),
        }
    }

    fn check_method(&self, step: &Step, methods: &[&str]) -> Result<(), RecipeError> {
        if methods.contains(&step.method.as_str()) {
            return Ok(());
        }
        let problem = format!(
            "has the method `{}`, expected one of {}",
            step.method,
            methods.join(", ")
        );
        Err(self.error(step, problem))
    }

    fn check_paths(&self, step: &Step) -> Result<(), RecipeError> {
        let find = step.find.as_ref().map(|find| &find.path);
        let mut problems = std::iter::once(&step.path)
            .chain(find)
            .filter_map(|path| Some((path, fill::path_problem(path)?)));
        match problems.next() {
            None => Ok(()),
            Some((path, problem)) => {
                let problem = format!(
                    "has the path `{path}`, which {problem}: expected one below the target's URL, such as `api/2.0/project.json`"
                );
                Err(self.error(step, problem))
            }
        }
    }

    fn check_names(&self, step: &Step, known: &BTreeSet<&str>) -> Result<(), RecipeError> {
        let names = fill::names(step);
        match names.iter().find(|name| !known.contains(name.as_str())) {
            None => Ok(()),
            Some(name) => {
                let problem = format!(
                    "uses `{{{name}}}`, which no earlier step keeps and no parameter names"
                );
                Err(self.error(step, problem))
            }
        }
    }

    fn check_keep(&self, step: &Step) -> Result<(), RecipeError> {
        let find = step.find.as_ref();
        let pointers = step.keep.values();
        let pointers = pointers.chain(
            find.into_iter()
                .flat_map(|find| find.keep.values().chain([&find.list, &find.holds])),
        );
        for pointer in pointers {
            if !(pointer.is_empty() || pointer.starts_with('/')) {
                let problem = format!(
                    "has `{pointer}` for a JSON pointer: expected one such as `/response/id`"
                );
                return Err(self.error(step, problem));
            }
        }
        if step.keep.contains_key(RUN) {
            return Err(self.error(
                step,
                format!("keeps `{RUN}`, which has a meaning of its own"),
            ));
        }
        if let Some(find) = find {
            if let Some(name) = step.keep.keys().find(|name| !find.keep.contains_key(*name)) {
                let problem = format!("keeps `{name}`, which its `find` does not");
                return Err(self.error(step, problem));
            }
            if !fill::names(step).contains(RUN) {
                let problem = "has a `find`, but no `{run}` in its path or body by which something could be found";
                return Err(self.error(step, problem.to_owned()));
            }
        }
        Ok(())
    }

    fn error(&self, step: &Step, problem: String) -> RecipeError {
        RecipeError {
            target: self.target.clone(),
            step: step.name.clone(),
            problem,
        }
    }
}

/// Whether a step may change the portal.
fn writes(step: &Step) -> bool {
    step.method != "GET"
}

/// A text of letters and digits that no other run has.
fn new_run() -> String {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    // The keys of a new hasher are random.
    let random = RandomState::new().hash_one(std::process::id());
    format!("pc{:x}{random:016x}", since.as_secs())
}

impl Undoing {
    /// Whether nothing is left.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.left.is_empty()
    }
}

impl From<JournalError> for Unmade {
    fn from(error: JournalError) -> Self {
        Self::Failed(NoTestData::Journal(error.to_string()))
    }
}

/// Values for placeholders; `None` for a name that nothing gives.
fn values_of<'a>(
    run: &'a str,
    layers: &'a [&'a BTreeMap<String, Vec<String>>],
) -> impl Fn(&str) -> Vec<String> + 'a {
    move |name| {
        if name == RUN {
            return vec![run.to_owned()];
        }
        let found = layers.iter().find_map(|layer| layer.get(name));
        found.cloned().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(text: &str) -> Recipe {
        #[derive(serde::Deserialize)]
        #[serde(rename_all = "kebab-case")]
        struct File {
            #[serde(default)]
            set_up: Vec<Step>,
            #[serde(default)]
            tear_down: Vec<Step>,
        }
        let file: File = toml::from_str(text).unwrap();
        Recipe {
            target: "t".to_owned(),
            set_up: file.set_up,
            tear_down: file.tear_down,
            journals: PathBuf::new(),
        }
    }

    const MAKE: &str = r#"
[[set-up]]
name = "make"
method = "POST"
path = "contact"
body = { name = "{run}" }
keep = { contactid = "/response/id" }
"#;
    const UNDO: &str = r#"
[[tear-down]]
name = "undo"
method = "DELETE"
path = "contact/{contactid}"
"#;

    fn problem(text: &str) -> String {
        let error = steps(text).check(&Kept::new()).unwrap_err();
        assert!(error.to_string().starts_with("the step `"), "{error}");
        error.problem
    }

    #[test]
    fn what_is_made_and_undone_is_fine() {
        assert_eq!(steps(&format!("{MAKE}{UNDO}")).check(&Kept::new()), Ok(()));
        assert_eq!(steps("").check(&Kept::new()), Ok(()));
    }

    #[test]
    fn steps_that_cannot_work_are_named_before_anything_is_sent() {
        assert!(problem(MAKE).contains("no tear-down step undoes"));
        assert!(problem(UNDO).contains("no earlier step keeps"));
        let read = MAKE.replace("POST", "GET");
        assert!(problem(&format!("{read}{UNDO}")).contains("what others made is never undone"));
        let elsewhere = UNDO.replace("{contactid}", "1234");
        assert!(problem(&format!("{MAKE}{elsewhere}")).contains("names nothing"));
        let method = MAKE.replace("POST", "SEND");
        assert!(problem(&format!("{method}{UNDO}")).contains("expected one of DELETE"));
        assert!(problem(&format!("{MAKE}{UNDO}{UNDO}")).contains("name of another one"));
        let pointer = MAKE.replace("/response/id", "response.id");
        assert!(problem(&format!("{pointer}{UNDO}")).contains("for a JSON pointer"));
    }

    #[test]
    fn what_cannot_undo_is_no_tear_down() {
        for method in ["GET", "HEAD"] {
            let undo = UNDO.replace("DELETE", method);
            let problem = problem(&format!("{MAKE}{undo}"));
            assert!(
                problem.contains(&format!(
                    "`{method}`, expected one of DELETE, PATCH, POST, PUT"
                )),
                "{problem}"
            );
        }
    }

    #[test]
    fn paths_stay_below_the_url() {
        for (path, part) in [
            ("http://evil.example/contact/{contactid}", "another place"),
            ("//evil.example/contact/{contactid}", "another place"),
            ("../contact/{contactid}", "leads out of it"),
            ("contact/%2E./{contactid}", "leads out of it"),
            ("a\\\\..\\\\{contactid}", "no path holds"),
            ("contact/{contactid}#x", "no path holds"),
            ("contact /{contactid}", "no path holds"),
        ] {
            let undo = UNDO.replace("contact/{contactid}", path);
            let problem = problem(&format!("{MAKE}{undo}"));
            assert!(problem.contains(part), "{path}: {problem}");
        }
        let find = "find = { path = \"../x?{run}\", list = \"/a\", holds = \"/b\", keep = { contactid = \"/id\" } }";
        assert!(problem(&format!("{MAKE}{find}{UNDO}")).contains("leads out of it"));
        let allowed = UNDO.replace("contact/", "/a.b/..c/contact?at=http://x/../");
        assert_eq!(
            steps(&format!("{MAKE}{allowed}")).check(&Kept::new()),
            Ok(())
        );
    }

    #[test]
    fn what_a_step_keeps_and_finds_fits_together() {
        let find = |keep: &str, list: &str, holds: &str| {
            format!(
                "{MAKE}find = {{ path = \"x?{{run}}\", list = \"{list}\", holds = \"{holds}\", keep = {{ {keep} = \"/id\" }} }}\n{UNDO}"
            )
        };
        assert_eq!(
            steps(&find("contactid", "/a", "/b")).check(&Kept::new()),
            Ok(())
        );
        assert_eq!(
            steps(&find("contactid", "", "")).check(&Kept::new()),
            Ok(())
        );
        for (text, part) in [
            (find("contactid", "a", "/b"), "`a` for a JSON pointer"),
            (find("contactid", "/a", "b"), "`b` for a JSON pointer"),
            (find("other", "/a", "/b"), "which its `find` does not"),
            (
                find("contactid", "/a", "/b").replace("{ name = \"{run}\" }", "{ name = \"x\" }"),
                "no `{run}`",
            ),
            (
                format!("{MAKE}{UNDO}").replace("contactid", "run"),
                "meaning of its own",
            ),
            (format!("{MAKE}{MAKE}{UNDO}"), "name of another one"),
            (
                format!(
                    "{}{UNDO}",
                    MAKE.replace("path = \"contact\"", "path = \"contact/{other}\"")
                ),
                "uses `{other}`",
            ),
        ] {
            let problem = problem(&text);
            assert!(problem.contains(part), "{problem}");
        }
        let named = UNDO.replace("{contactid}", "{contactid}/{run}");
        assert_eq!(steps(&format!("{MAKE}{named}")).check(&Kept::new()), Ok(()));
    }

    #[test]
    fn a_journal_names_what_its_tear_down_needs_and_no_step_keeps() {
        let undo = UNDO.replace("{contactid}", "{contactid}/{projectid}");
        let recipe = steps(&format!("{MAKE}{undo}"));
        let one = |name: &str| (name.to_owned(), vec!["1".to_owned()]);
        let parameters = Kept::from(["contactid", "projectid", "other"].map(one));
        let header = recipe.header("http://portal.test/", &parameters);
        assert_eq!(header.named, Kept::from([one("projectid")]));
        assert_eq!(
            (header.target.as_str(), header.url.as_str()),
            ("t", "http://portal.test/")
        );
        assert_eq!(recipe.keeps(), BTreeSet::from(["contactid"]));
        assert!(!recipe.is_empty() && steps("").is_empty());
        let layers = [&parameters];
        let values = values_of("pc1", &layers);
        let wanted = [values("run"), values("other"), values("none")];
        assert_eq!(wanted.map(|values| values.join(",")), ["pc1", "1", ""]);
    }

    #[test]
    fn a_run_warns_of_what_it_cannot_find_and_of_what_others_left() {
        let folder = tempfile::tempdir().unwrap();
        let recipe = Recipe {
            journals: folder.path().to_owned(),
            ..steps(&format!("{MAKE}{UNDO}"))
        };
        let unfindable = || Warning::Unfindable {
            step: "make".to_owned(),
        };
        assert_eq!(recipe.warnings(true), [unfindable()]);
        assert_eq!(recipe.warnings(false), []);
        let header = recipe.header("http://portal.test/", &Kept::new());
        let mut journal = journal::Journal::create(folder.path(), header).unwrap();
        let step = "make".to_owned();
        journal
            .write(&journal::Entry::Begun { at: 0, step })
            .unwrap();
        drop(journal);
        let left = || Warning::LeftBehind { runs: 1 };
        assert_eq!(recipe.warnings(false), [left()]);
        assert_eq!(recipe.warnings(true), [unfindable(), left()]);
    }

    #[test]
    fn steps_without_find_are_known() {
        let recipe = steps(&format!("{MAKE}{UNDO}"));
        assert_eq!(recipe.unfindable().collect::<Vec<_>>(), ["make"]);
        let read = MAKE.replace("POST", "GET");
        assert_eq!(steps(&read).unfindable().count(), 0);
        let nothing = MAKE.replace("keep = { contactid = \"/response/id\" }", "");
        assert_eq!(steps(&nothing).unfindable().count(), 0);
    }

    #[test]
    fn a_parameter_that_somebody_named_is_no_reason_to_undo() {
        let named = Kept::from([("projectid".to_owned(), vec!["1".to_owned()])]);
        let other = UNDO
            .replace("contactid", "projectid")
            .replace("\"undo\"", "\"other\"");
        let text = format!("{MAKE}{UNDO}{other}");
        let error = steps(&text).check(&named).unwrap_err();
        assert!(error.problem.contains("what others made"), "{error}");
    }

    #[test]
    fn no_two_runs_are_alike() {
        let (one, two) = (new_run(), new_run());
        assert_ne!(one, two);
        assert!(one.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    }
}
