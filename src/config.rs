//! The configuration file `portal-conformance.toml`: targets by name, as somebody wrote them.
//!
//! In comes the text of a file, out comes a [`Config`]: plain data, nothing resolved. No secret stands
//! in the file; a [`SecretRef`] says where one is found. [`File`] finds and reads it, and says where in it
//! something is wrong.

mod file;
mod owner;
mod value;

use std::collections::BTreeMap;
use std::path::PathBuf;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::level::Level;

pub use file::{ConfigError, File};
pub use owner::Untrusted;

/// The name of the file.
pub const FILE_NAME: &str = "portal-conformance.toml";

/// A whole file.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, expecting = "a table")]
pub struct Config {
    /// The targets, by the names that `--target` takes.
    #[serde(default, rename = "target")]
    pub targets: BTreeMap<String, TargetEntry>,
}

impl Config {
    /// The JSON Schema of the file, for editors, with the names of the rules;
    /// `docs/portal-conformance.schema.json` holds it.
    #[must_use]
    pub fn json_schema(rules: &[&str]) -> serde_json::Value {
        let mut schema = schemars::schema_for!(Self);
        schema.insert(
            "title".to_owned(),
            format!("Configuration of portal-conformance: {FILE_NAME}").into(),
        );
        let mut schema = schema.to_value();
        if let Some(kind) = schema.pointer_mut("/$defs/WaiverEntry/properties/kind") {
            kind["enum"] = rules.into();
        }
        if let Some(entry) = schema.pointer_mut("/$defs/TargetEntry/properties/levels") {
            let names = [rules, &["remarks"]].concat();
            entry["propertyNames"] = serde_json::json!({ "enum": names });
        }
        schema
    }
}

/// One target.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, expecting = "a table")]
pub struct TargetEntry {
    /// The portal's URL; a path in it is a prefix of every request.
    #[schemars(regex(pattern = "^https?://"))]
    pub url: String,
    /// A built-in profile, or a TOML file beside this one.
    pub profile: Option<String>,
    /// A folder with pages, or a page, beside this file; or several of them.
    pub pages: Option<Paths>,
    /// Pages that are left out, by file name or by path below their folder; `*` stands for any part.
    #[serde(default)]
    pub exclude_pages: Vec<String>,
    /// Values for the documented parameters: one, or several in a list.
    #[serde(default)]
    pub parameters: BTreeMap<String, Values>,
    /// How much is asked; `thorough` where nothing is said.
    pub effort: Option<Effort>,
    /// Reads that find values of parameters on the portal, by parameter.
    #[serde(default, rename = "look-up")]
    pub look_ups: BTreeMap<String, LookUp>,
    /// Whether requests that may change the portal are sent: true for those that the profile calls
    /// repeatable, or the names of operations.
    #[serde(default)]
    pub allow_writes: Leave,
    /// Whose account is used.
    #[serde(default)]
    pub account: Account,
    /// A second, lesser account; it does not log in.
    pub other_account: Option<Account>,
    /// What the second account must neither see nor change: values of documented parameters.
    #[serde(default)]
    pub hidden: BTreeMap<String, Values>,
    /// Further headers of every request.
    #[serde(default)]
    pub headers: BTreeMap<String, HeaderValue>,
    /// How long and how much.
    #[serde(default)]
    pub limits: LimitsEntry,
    /// What is trusted under TLS.
    #[serde(default)]
    pub tls: TlsEntry,
    /// The folder with the portal's own reviewed snapshots, beside this file.
    pub snapshots: Option<PathBuf>,
    /// What a break of a rule does, by the rule's name; `remarks` stands for all that fail nothing.
    #[serde(default)]
    pub levels: BTreeMap<String, Level>,
    /// What is forgiven.
    #[serde(default, rename = "waiver")]
    pub waivers: Vec<WaiverEntry>,
    /// What is made before the run, in this order.
    #[serde(default, rename = "set-up")]
    pub set_up: Vec<Step>,
    /// What is undone after it, in this order.
    #[serde(default, rename = "tear-down")]
    pub tear_down: Vec<Step>,
}

/// Leave to change the portal.
#[derive(Debug, Clone, PartialEq, Eq, JsonSchema)]
#[schemars(untagged)]
pub enum Leave {
    /// For none, or for all writes that the profile calls repeatable, deletions excepted.
    All(bool),
    /// For those of the operations that these names mean; `*` stands for any part of a name. A deletion
    /// is meant by a name alone that begins with `delete`.
    Named(#[schemars(length(min = 1))] Vec<String>),
}

impl Default for Leave {
    fn default() -> Self {
        Self::All(false)
    }
}

impl Leave {
    /// Whether it is given for anything.
    #[must_use]
    pub fn any(&self) -> bool {
        *self != Self::default()
    }
}

/// One path, or several.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "a path, or a list of paths")]
pub enum Paths {
    /// One.
    One(PathBuf),
    /// Several.
    Several(Vec<PathBuf>),
}

impl Paths {
    /// All of them.
    #[must_use]
    pub fn all(&self) -> &[PathBuf] {
        match self {
            Self::One(path) => std::slice::from_ref(path),
            Self::Several(paths) => paths,
        }
    }
}

/// One value of a parameter, or several.
#[derive(Debug, Clone, PartialEq, Eq, JsonSchema)]
#[schemars(untagged)]
pub enum Values {
    /// A number, as most ids are.
    Integer(i64),
    /// A text.
    Text(String),
    /// Several of them.
    List(
        #[schemars(length(min = 1), extend("items" = serde_json::json!({"type": ["integer", "string", "object"]})))]
         Vec<Values>,
    ),
    /// An object, for a parameter of the body that is one.
    Object(serde_json::Map<String, serde_json::Value>),
}

/// A read that finds values of a parameter: sent once, when a run begins.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, expecting = "a table")]
pub struct LookUp {
    /// The path below the target's URL, as it is asked for in JSON; `{name}` in it is the first value of another
    /// parameter, so that what is found belongs to that.
    #[schemars(length(min = 1))]
    pub get: String,
    /// Where the values stand in the answer, as a JSON pointer in which `*` stands for each item.
    #[schemars(regex(pattern = "^(/|$)"))]
    pub at: String,
    /// How many are taken at most; one where nothing is said.
    #[schemars(range(min = 1, max = 100))]
    pub take: Option<usize>,
}

impl LookUp {
    /// How many values are taken at most.
    #[must_use]
    pub fn taken(&self) -> usize {
        self.take.unwrap_or(1)
    }
}

/// Whose account is used.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, expecting = "a table")]
pub struct Account {
    /// How the portal is told who asks; `raw` where nothing is said, `login` where there is no token but a
    /// user.
    pub scheme: Option<Scheme>,
    /// The token.
    pub token: Option<SecretRef>,
    /// The user's name, for `basic` and `login`.
    pub user: Option<SecretRef>,
    /// The user's password, for `basic` and `login`.
    pub password: Option<SecretRef>,
}

/// How much is asked of a portal.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Effort {
    /// All cases, and as often as they need it.
    #[default]
    #[value(help = "All cases, each as often as it needs")]
    Thorough,
    /// At most 6 requests for an operation in a format, and nothing that only repeats.
    #[value(help = "At most 6 requests for an operation in a format, nothing that only repeats")]
    Quick,
}

/// How a request tells who asks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Scheme {
    /// `Authorization: TOKEN`.
    #[default]
    #[value(help = "Authorization: TOKEN")]
    Raw,
    /// `Authorization: Bearer TOKEN` (RFC 6750).
    #[value(help = "Authorization: Bearer TOKEN (RFC 6750)")]
    Bearer,
    /// `Cookie: asc_auth_key=TOKEN`.
    #[value(help = "Cookie: asc_auth_key=TOKEN")]
    Cookie,
    /// `Authorization: Basic ...` of user and password (RFC 7617).
    #[value(help = "Authorization: Basic ... of user and password (RFC 7617)")]
    Basic,
    /// A token that one `POST api/2.0/authentication.json` gives for user and password.
    #[value(
        help = "The token that one POST api/2.0/authentication.json gives for user and password"
    )]
    Login,
}

/// Where a secret is found: exactly one of the two.
#[derive(Debug, Clone, Default, PartialEq, Eq, JsonSchema)]
#[schemars(deny_unknown_fields, extend("minProperties" = 1, "maxProperties" = 1))]
pub struct SecretRef {
    /// The environment variable that holds it.
    #[schemars(regex(pattern = "^[A-Za-z_][A-Za-z0-9_]*$"))]
    pub env: Option<String>,
    /// The file that holds it, beside this one; line ends at its end do not count.
    pub file: Option<PathBuf>,
}

/// Whether a text can be the name of an environment variable (POSIX, 8.1, in any letter case).
#[must_use]
pub fn is_variable_name(text: &str) -> bool {
    let is_first = |c: char| c.is_ascii_alphabetic() || c == '_';
    text.starts_with(is_first) && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// Whether the name of an environment variable looks like the secret that should stand in it: long, with
/// digits and letters mixed as nobody names a variable.
#[must_use]
pub fn looks_like_secret(name: &str) -> bool {
    // Words between underscores are a name.
    name.split('_').any(|part| {
        let digits: Vec<bool> = part.bytes().map(|byte| byte.is_ascii_digit()).collect();
        let changes = digits.windows(2).filter(|pair| pair[0] != pair[1]).count();
        part.len() >= 16 && changes >= 3 || part.len() >= 32
    })
}

/// The value of a header: a text that is no secret, or where it is found.
#[derive(Debug, Clone, PartialEq, Eq, JsonSchema)]
#[schemars(untagged)]
pub enum HeaderValue {
    /// The value itself.
    Text(String),
    /// Where it is found.
    Found(SecretRef),
}

/// How long and how much; what is left out is as on the command line.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, expecting = "a table")]
pub struct LimitsEntry {
    /// Requests per time, such as `500/10s`.
    #[schemars(regex(pattern = r"^\s*0*[1-9][0-9]*\s*/\s*([0-9]*\.?[0-9]*)\s*(ms|s|m|min)?\s*$"))]
    pub rate: Option<String>,
    /// How long one answer may take: seconds, or a text such as `30s`.
    #[schemars(extend("exclusiveMinimum" = 0, "pattern" = r"^\s*([0-9]+\.?[0-9]*|\.[0-9]+)\s*(ms|s|m|min)?\s*$"))]
    pub request_timeout: Option<Quantity>,
    /// How much one answer may have: bytes, or a text such as `64MiB`.
    #[schemars(extend("minimum" = 1, "pattern" = r"^\s*([0-9]+\.?[0-9]*|\.[0-9]+)\s*([kKmMgG][iI]?)?[bB]?\s*$"))]
    pub max_body_size: Option<Quantity>,
    /// How many requests may be under way at once.
    #[schemars(range(min = 1))]
    pub jobs: Option<usize>,
    /// How long a portal that is still starting is waited for, such as `60s`.
    #[schemars(regex(pattern = r"^\s*([0-9]+\.?[0-9]*|\.[0-9]+)\s*(ms|s|m|min)?\s*$"))]
    pub wait_ready: Option<String>,
    /// How long a run may ask: seconds, or a text such as `10m`.
    #[schemars(extend("exclusiveMinimum" = 0, "pattern" = r"^\s*([0-9]+\.?[0-9]*|\.[0-9]+)\s*(ms|s|m|min)?\s*$"))]
    pub max_time: Option<Quantity>,
}

/// A number in the unit that is meant anyway, or a text with its unit.
#[derive(Debug, Clone, PartialEq, JsonSchema)]
#[schemars(untagged)]
pub enum Quantity {
    /// The number.
    Number(f64),
    /// The text.
    Text(String),
}

impl Quantity {
    /// As it would be written on a command line.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Number(number) => number.to_string(),
            Self::Text(text) => text.clone(),
        }
    }
}

/// What is trusted under TLS; files stand beside this one.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, expecting = "a table")]
pub struct TlsEntry {
    /// Whether any certificate is taken.
    #[serde(default)]
    pub insecure: bool,
    /// A PEM file with certificates to trust beside the system's.
    pub cacert: Option<PathBuf>,
    /// A PEM file with the client's certificate and key.
    pub cert: Option<PathBuf>,
}

/// One text, or several in a list.
#[derive(Debug, Clone, PartialEq, Eq, JsonSchema)]
#[schemars(untagged)]
pub enum Texts {
    /// One.
    One(String),
    /// Several.
    List(#[schemars(length(min = 1))] Vec<String>),
}

impl Texts {
    /// All of them.
    #[must_use]
    pub fn texts(&self) -> &[String] {
        match self {
            Self::One(text) => std::slice::from_ref(text),
            Self::List(texts) => texts,
        }
    }
}

/// What is forgiven, why and until when.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, expecting = "a table")]
pub struct WaiverEntry {
    /// The case, or several in a list; `*` stands for any part of the name, also for none.
    pub case: Texts,
    /// The place in the answer, as findings show it, or several in a list. Steps into lists on the way
    /// may be left out; `*` stands for one step, `**` for any number. Without it, any place; with an
    /// empty one, the answer as a whole.
    pub pointer: Option<Texts>,
    /// The name of the rule that is broken, such as `missing`.
    pub kind: String,
    /// Why it is forgiven.
    #[schemars(length(min = 1), regex(pattern = r"\S"))]
    pub reason: String,
    /// The last day on which it is, as `2026-12-31`; the day itself counts (UTC).
    #[serde(deserialize_with = "value::date")]
    #[schemars(regex(pattern = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"), extend("format" = "date"))]
    pub until: String,
}

/// One request that makes test data, or undoes it.
///
/// `{name}` in path and body stands for a value: of a parameter that an earlier step kept, of one that
/// the target names, or `{run}`, a text that no other run has. A step is carried out once for each
/// combination of the values; as an item of a list in the body, `"{name}"` stands for all of them. In a
/// tear-down step, a parameter that set-up steps keep stands for kept values alone.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, expecting = "a table")]
pub struct Step {
    /// What a message calls it.
    pub name: String,
    /// The method.
    #[schemars(extend("enum" = ["DELETE", "GET", "PATCH", "POST", "PUT"]))]
    pub method: String,
    /// The path below the target's URL.
    pub path: String,
    /// The body, sent as JSON.
    pub body: Option<serde_json::Value>,
    /// What a set-up step makes, as paths call it, where its own path says something else, such as `signup`: one
    /// word, or several.
    pub makes: Option<Kinds>,
    /// What is kept of the answer: parameters, and JSON pointers to their values, or `header:Location` for the
    /// id at its end.
    #[serde(default)]
    pub keep: BTreeMap<String, String>,
    /// How to find what the step made where its answer never came.
    pub find: Option<Find>,
    /// Whether a tear-down step may be sent again where the portal says "later"; PUT and DELETE may always.
    #[serde(default)]
    pub repeatable: bool,
    /// Names of parameters and members of a tear-down step, and words of its path behind what it is about, that no
    /// list knows: whoever writes them here vouches that they touch nothing of others.
    #[serde(default)]
    pub spares_others: Vec<String>,
}

/// Words for what a step makes.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "a word, or a list of words")]
pub enum Kinds {
    /// One.
    One(String),
    /// Several.
    Several(#[schemars(length(min = 1))] Vec<String>),
}

impl Kinds {
    /// All of them.
    #[must_use]
    pub fn all(&self) -> &[String] {
        match self {
            Self::One(word) => std::slice::from_ref(word),
            Self::Several(words) => words,
        }
    }
}

/// A read that finds what a step made.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, expecting = "a table")]
pub struct Find {
    /// The path below the target's URL; `{run}` in it names what this run made.
    pub path: String,
    /// The list in the answer, as a JSON pointer.
    pub list: String,
    /// What is kept of an item: parameters, and JSON pointers below the item.
    pub keep: BTreeMap<String, String>,
    /// The member of an item that must hold `{run}`, as a JSON pointer below the item.
    pub holds: String,
    /// The member of an item that says that it is gone, though it is listed, as a JSON pointer below the item:
    /// anything but `false`, `null`, 0 or nothing in it does.
    pub gone: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_told_from_the_name_of_a_variable() {
        for name in [
            "PORTAL_TOKEN",
            "portal_token_2",
            "STAGING_EU_WEST_1_TOKEN",
            "_x",
            "myPortalToken",
            "TokenOfTheStagingPortal",
            "ONLYOFFICEPORTALTOKEN2024",
        ] {
            assert!(is_variable_name(name), "{name}");
            assert!(!looks_like_secret(name), "{name}");
        }
        for secret in [
            "Sj3lsPq0Ft4wLksiK8Gy",
            "f00dfeedf00dfeedf00dfeed",
            "sj3lsPq0Ft4wLksiK8Gy_x",
            "abcdefghijklmnopqrstuvwxyzabcdef",
        ] {
            assert!(looks_like_secret(secret), "{secret}");
        }
        for text in [
            "",
            "a b",
            "eyJhbGciOi.J9",
            "Bearer x",
            "4a515a15",
            "a-b",
            "t==",
        ] {
            assert!(!is_variable_name(text), "{text}");
        }
    }
}
