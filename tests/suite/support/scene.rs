//! A portal that keeps what it is told, a configuration for it, and the program that tries it.

use std::fs;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use super::office::{Office, Stall, TOKEN};
use super::{Ended, program, run};

/// Everything that is needed to use both documented operations.
pub(crate) const STEPS: &str = r#"
[[target.office.set-up]]
name = "who am I"
method = "GET"
path = "api/2.0/people/@self"
keep = { userid = "/response/id" }

[[target.office.set-up]]
name = "first person"
method = "POST"
path = "api/2.0/crm/contact/person"
body = { firstName = "First", lastName = "{run}" }
keep = { contactid = "/response/id" }
find = { path = "api/2.0/crm/contact/filter?filterValue={run}", list = "/response", holds = "/lastName", keep = { contactid = "/id" } }

[[target.office.set-up]]
name = "second person"
method = "POST"
path = "api/2.0/crm/contact/person"
body = { firstName = "Second", lastName = "{run}" }
keep = { contactid = "/response/id" }
find = { path = "api/2.0/crm/contact/filter?filterValue={run}", list = "/response", holds = "/lastName", keep = { contactid = "/id" } }

[[target.office.set-up]]
name = "project"
method = "POST"
path = "api/2.0/project"
body = { title = "Conformance {run}", responsibleId = "{userid}" }
keep = { projectid = "/response/id" }
find = { path = "api/2.0/project", list = "/response", holds = "/title", keep = { projectid = "/id" } }

[[target.office.set-up]]
name = "link"
method = "POST"
path = "api/2.0/crm/contact/project/{projectid}"
body = { contactid = ["{contactid}"] }

[[target.office.tear-down]]
name = "unlink"
method = "DELETE"
path = "api/2.0/crm/contact/{contactid}/project/{projectid}"

[[target.office.tear-down]]
name = "delete contact"
method = "DELETE"
path = "api/2.0/crm/contact/{contactid}"

[[target.office.tear-down]]
name = "delete project"
method = "DELETE"
path = "api/2.0/project/{projectid}"
"#;

/// A portal, and a folder with a configuration for it.
pub(crate) struct Scene {
    pub(crate) office: Office,
    pub(crate) folder: TempDir,
}

impl Scene {
    pub(crate) fn new(stall: Option<Stall>) -> Self {
        Self::with(stall, "allow-writes = true", STEPS)
    }

    pub(crate) fn with(stall: Option<Stall>, more: &str, steps: &str) -> Self {
        let office = Office::start(stall);
        let folder = tempfile::tempdir().unwrap();
        let text = format!("[target.office]\nurl = \"{}\"\n{more}\n{steps}", office.url);
        fs::write(folder.path().join("portal-conformance.toml"), text).unwrap();
        Self { office, folder }
    }

    pub(crate) fn program(&self, arguments: &[&str]) -> Command {
        let mut command = program(arguments);
        command.current_dir(&self.folder).env("PORTAL_TOKEN", TOKEN);
        command
    }

    /// A run that reads alone, beside its test data.
    pub(crate) fn run(&self) -> Command {
        self.program(&["run", "--target", "office", "get-crm-contact"])
    }

    pub(crate) fn start(&self) -> Running {
        self.start_selecting("get-crm-contact")
    }

    pub(crate) fn start_selecting(&self, filter: &str) -> Running {
        Running::start(&mut self.program(&["run", "--target", "office", filter]))
    }

    /// A run that is killed where the portal stalls; what the portal holds back stays so.
    pub(crate) fn kill_at_stall(&self) {
        let mut running = self.start();
        assert!(self.office.wait_for_stall(&mut || running.has_ended()));
        running.child().kill().unwrap();
        running.end();
    }

    pub(crate) fn cleanup(&self) -> Ended {
        run(&mut self.program(&["cleanup"]))
    }

    /// Takes it that what was never answered made nothing.
    pub(crate) fn give_up(&self) -> Ended {
        run(&mut self.program(&["cleanup", "--give-up"]))
    }

    pub(crate) fn journals(&self) -> Vec<PathBuf> {
        let folder = self.folder.path().join(".portal-conformance");
        let Ok(entries) = fs::read_dir(folder) else {
            return Vec::new();
        };
        let paths = entries.map(|entry| entry.unwrap().path());
        paths
            .filter(|path| path.extension().is_some_and(|end| end == "jsonl"))
            .collect()
    }

    /// Nothing is on the portal, and nothing says that something is.
    pub(crate) fn assert_clean(&self, what: &str) {
        let state = self.office.with(|state| format!("{state:?}"));
        assert!(
            self.office.with(|state| state.is_empty()),
            "{what}: {state}"
        );
        assert!(self.journals().is_empty(), "{what}: {:?}", self.journals());
    }
}

/// A program that is killed where the test ends before it.
pub(crate) struct Running(Option<Child>);

impl Running {
    pub(crate) fn start(command: &mut Command) -> Self {
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        Self(Some(command.spawn().unwrap()))
    }

    pub(crate) fn child(&mut self) -> &mut Child {
        self.0.as_mut().unwrap()
    }

    pub(crate) fn has_ended(&mut self) -> bool {
        self.child().try_wait().unwrap().is_some()
    }

    pub(crate) fn signal(&mut self, name: &str) {
        let id = self.child().id().to_string();
        let sent = Command::new("kill").args([name, &id]).status().unwrap();
        assert!(sent.success());
    }

    pub(crate) fn end(mut self) -> Ended {
        self.0.take().unwrap().wait_with_output().unwrap().into()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(child) = &mut self.0 {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
