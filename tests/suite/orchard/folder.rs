//! Pages as data, written as the old site printed them.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tempfile::TempDir;

/// One page.
pub(crate) struct Page {
    method: &'static str,
    path: String,
    rows: String,
    /// The body of the example request; empty for none.
    body: String,
    returns: String,
    /// The payload in JSON; `None` where the answer holds nothing.
    payload: Option<String>,
    has_envelope: bool,
    has_xml: bool,
    needs_token: bool,
}

/// A folder of pages.
pub(crate) struct Folder {
    folder: TempDir,
    pub(crate) pages: usize,
}

/// The kinds of answers: name, what the page says is returned, payload.
const KINDS: [(&str, &str, Option<&str>); 12] = [
    (
        "tree",
        "Tree",
        Some(
            r#"{"id": 7, "Name": "Cox", "Planted": 1987, "Height": 4.5, "InBloom": false,
                "Row": {"Number": 3, "Owner": {"Name": "Ada", "Age": 44}},
                "Labels": ["old", "tall"], "Grafts": [{"Sort": "Topaz", "Year": 2019}], "Note": null}"#,
        ),
    ),
    (
        "trees",
        "List of trees",
        Some(
            r#"[{"id": 7, "Name": "Cox", "Picked": true}, {"id": 8, "Name": "Elstar", "Picked": false}]"#,
        ),
    ),
    ("sorts", "List of sorts", Some(r#"["Cox", "Elstar"]"#)),
    ("years", "List of years", Some("[1987, 2019]")),
    ("none", "List of what is missing", Some("[]")),
    ("motto", "Motto", Some(r#""An apple a day""#)),
    ("count", "How many trees there are", Some("412")),
    ("weight", "The mean weight", Some("0.25")),
    ("open", "Whether the gate is open", Some("true")),
    ("nothing", "Nothing", Some("null")),
    ("empty", "An object without members", Some("{}")),
    ("void", "", None),
];

const METHODS: [&str; 4] = ["GET", "POST", "PUT", "DELETE"];

impl Page {
    /// A page of a read in JSON that needs no token.
    pub(crate) fn read(path: &str, rows: &str, returns: &str, payload: &str) -> Self {
        Self {
            method: "GET",
            path: path.to_owned(),
            rows: rows.to_owned(),
            body: String::new(),
            returns: returns.to_owned(),
            payload: Some(payload.to_owned()),
            has_envelope: true,
            has_xml: false,
            needs_token: false,
        }
    }

    /// How paths of it begin, and the documented answer.
    pub(crate) fn answer(&self) -> (String, String) {
        let start = self.path.split('{').next().unwrap_or_default();
        (format!("/{start}"), self.json())
    }

    fn json(&self) -> String {
        match (&self.payload, self.has_envelope) {
            (Some(payload), true) => format!("{{\"status\": 0, \"response\": {payload}}}"),
            (Some(payload), false) => payload.clone(),
            (None, _) => "{\"status\": 0}".to_owned(),
        }
    }

    fn xml(&self) -> String {
        let value: Value = serde_json::from_str(&self.json()).unwrap();
        let mut text = String::new();
        element("result", &value, &mut text);
        text
    }

    fn text(&self) -> String {
        let mut text = format!("{} {}", self.method, self.path);
        if self.needs_token {
            text.push_str(" This function requires authentication");
        }
        text.push_str("\n\nDescription\n\nOf an orchard.\n\nParameters\n");
        if !self.rows.is_empty() {
            text.push_str("Name Description Type Example\n");
            text.push_str(&self.rows);
        }
        if !self.body.is_empty() {
            let path = self.path.replace("{treeid}", "7").replace("{sort}", "Cox");
            let _ = write!(text, "Example\n\n{} {path}\n\n{}\n", self.method, self.body);
        }
        let _ = write!(
            text,
            "\nReturns\n\n{}\n\nExample Response\n\napplication/json\n\n{}\n",
            if self.returns.is_empty() {
                "Nothing at all"
            } else {
                &self.returns
            },
            self.json()
        );
        if self.has_xml {
            let _ = write!(text, "\ntext/xml\n\n{}\n", self.xml());
        }
        text
    }
}

/// A value as an element; the items of a list are elements of its name.
fn element(name: &str, value: &Value, text: &mut String) {
    match value {
        Value::Array(items) => {
            for item in items {
                element(name, item, text);
            }
        }
        Value::Object(members) => {
            let _ = write!(text, "<{name}>");
            for (name, value) in members {
                element(name, value, text);
            }
            let _ = write!(text, "</{name}>");
        }
        value => {
            let said = match value {
                Value::String(said) => said.clone(),
                Value::Bool(true) => "True".to_owned(),
                Value::Bool(false) => "False".to_owned(),
                Value::Null => String::new(),
                number => number.to_string(),
            };
            let _ = write!(text, "<{name}>{said}</{name}>");
        }
    }
}

impl Folder {
    pub(crate) fn of(pages: &[Page]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let inner = folder.path().join("pages");
        std::fs::create_dir(&inner).unwrap();
        for (at, page) in pages.iter().enumerate() {
            std::fs::write(inner.join(format!("{at:03}.txt")), page.text()).unwrap();
        }
        Self {
            folder,
            pages: pages.len(),
        }
    }

    /// A file beside the pages.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The folder of the pages, as an argument.
    pub(crate) fn text(&self) -> String {
        let path: &Path = &self.folder.path().join("pages");
        path.to_str().unwrap().to_owned()
    }
}

/// Every kind of answer to every method with every kind of parameter, with and without the envelope.
pub(crate) fn orchard() -> Vec<Page> {
    let id = "treeid\nsent in url\nWhich tree\nnumber 7\n";
    let sort = "sort\nsent in url\nWhich sort\nstring Cox\n";
    let query = "count\nsent in query\nHow many\nnumber 10\n\
                 order\nsent in query\nBy what\noptional\nstring name\n";
    let name = "Name\nsent in body\nIts name\nstring Cox\n";
    let rest = "Picked\nsent in body\nWhether it is picked\nboolean false\n\
                Height\nsent in body\nHow high it is\nnumber 4\n";
    let ids = "trees\nsent in body\nWhich trees Collection of numbers\ncollection\n7\n";
    let optional = "Note\nsent in body\nA note\noptional\nstring none\n";
    let mut pages = Vec::new();
    for (at, (kind, returns, payload)) in KINDS.into_iter().enumerate() {
        for (which, method) in METHODS.into_iter().enumerate() {
            let (path, mut rows) = match (at + which) % 4 {
                _ if kind == "tree" => (format!("{kind}/{{treeid}}"), id.to_owned()),
                0 => (format!("tree/{{treeid}}/{kind}"), id.to_owned()),
                1 => (format!("sort/{{sort}}/{kind}"), sort.to_owned()),
                2 => (format!("all/{kind}"), query.to_owned()),
                _ => (
                    format!("all/{{treeid}}/{{sort}}/{kind}"),
                    format!("{id}{sort}"),
                ),
            };
            let mut body = String::new();
            if matches!(method, "POST" | "PUT") {
                rows += match at % 4 {
                    0 => name,
                    1 => ids,
                    2 => optional,
                    _ => rest,
                };
                if at % 4 == 1 {
                    "{\"trees\": [7]}".clone_into(&mut body);
                }
            }
            pages.push(Page {
                method,
                path: format!("api/2.0/orchard/{path}"),
                rows,
                body,
                returns: returns.to_owned(),
                payload: payload.map(str::to_owned),
                has_envelope: true,
                has_xml: (at + which) % 3 != 2,
                needs_token: (at + which) % 2 == 0,
            });
        }
        // The same without the envelope.
        pages.push(Page {
            has_envelope: payload.is_none(),
            payload: payload.map(str::to_owned),
            ..Page::read(&format!("api/2.0/orchard/bare/{kind}"), "", returns, "")
        });
    }
    pages
}
