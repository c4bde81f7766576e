//! What stands in the JSON report, member by member, and the schema that says so.
//!
//! The comments here are the descriptions in `docs/report.schema.json`.

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::Serialize;

use crate::check::{Family, Rule};
use crate::config::{Effort, Scheme};
use crate::contract::Format;
use crate::digest::Digest;
use crate::level::Level;
use crate::report::outline::{MARKS, Mark};
use crate::run::WaiverState;

/// The version of the format.
pub const VERSION: u32 = 1;

/// The JSON Schema of the report; `docs/report.schema.json` holds it.
#[must_use]
pub fn json_schema() -> serde_json::Value {
    let settings = SchemaSettings::draft2020_12().for_serialize();
    let schema = settings.into_generator().into_root_schema_for::<Document>();
    schema.to_value()
}

/// What `portal-conformance run --report-json PATH` writes. Members may be added within a version:
/// readers ignore those that they do not know. No value of the portal's data is in it unless
/// `--show-values` was given, and never a credential.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "Report of portal-conformance")]
pub(super) struct Document {
    /// The version of this format; raised when a member is removed, renamed or changes its meaning.
    #[schemars(extend("const" = VERSION))]
    pub(super) version: u32,
    /// What wrote the report.
    pub(super) tool: Tool,
    /// The portal that was tried.
    pub(super) target: Target,
    /// The profile: how the portal is expected to speak.
    pub(super) profile: String,
    /// Which pages the contract is made of.
    pub(super) pages: String,
    /// Pages that could not be read, a sentence each; absent where there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) unread_pages: Vec<String>,
    /// Files among the pages that hold none; absent where there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) passed_over: Vec<String>,
    /// When the first request was sent, in UTC (RFC 3339).
    pub(super) started: String,
    /// Which documented members the answers held.
    pub(super) coverage: Coverage,
    /// How the process ends after this run.
    pub(super) exit: Exit,
    /// With how many findings asking ended, so that cases were not run; absent where all was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "usize", range(min = 1))]
    pub(super) stopped_after: Option<usize>,
    /// Why the portal could not be judged at all; null where it could.
    pub(super) obstacle: Option<String>,
    /// What of the run's test data may be left on the portal, a sentence each; absent where nothing is.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) left: Vec<String>,
    /// How many cases ended how; the verdicts add up to the cases.
    pub(super) summary: Summary,
    /// How many requests were sent: repeated ones, the login and those for test data included.
    pub(super) requests: usize,
    /// How often the portal asked to come back later.
    pub(super) retries: u32,
    /// Milliseconds for which the run was held back because the portal asked it to come back later.
    #[schemars(range(min = 0))]
    pub(super) waited_ms: f64,
    /// Another profile that fits the portal better; nothing else is then a finding.
    pub(super) misfit: Option<Misfit>,
    /// What to look at before the findings, one line each.
    pub(super) hints: Vec<String>,
    /// Milliseconds from the first request to the last answer.
    #[schemars(range(min = 0))]
    pub(super) elapsed_ms: f64,
    /// The selected cases, sorted by operation, format and check.
    pub(super) cases: Vec<Case>,
    /// The violations by cause: one drift is one finding, however many cases show it.
    pub(super) findings: Vec<Finding>,
    /// What is told and fails nothing, by cause.
    pub(super) remarks: Vec<Finding>,
    /// The waivers of the target, and what each did.
    pub(super) waivers: Vec<Waiver>,
    /// By what the portal was judged, so that somebody else can tell whether it is what they would judge by.
    pub(super) certificate: Certificate,
    /// SHA-256 of all other members in the form of RFC 8785: whether the report is as it was written. It is
    /// no signature.
    pub(super) digest: DigestText,
}

/// By what the portal was judged.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "certificate")]
pub(super) struct Certificate {
    /// What tells the pages from others.
    pub(super) pages: PagesDigest,
    /// SHA-256 of the lines that hold, as this member does, the digests of the profile's text and of those
    /// that it extends, from itself on.
    pub(super) profile: DigestText,
    /// How the portal was told who asks; never who that is.
    pub(super) account: Account,
    /// Whether undocumented members were violations.
    pub(super) strict: bool,
    pub(super) effort: EffortName,
    /// The rules whose breaks weigh otherwise than the suite has it.
    pub(super) levels: Vec<Chosen>,
    /// How many cases of the suite were not selected: they are not in `cases`.
    pub(super) unselected: usize,
    /// Whether the report shows values of the portal's data.
    pub(super) values: bool,
    /// Which part of the operations was tried; absent where that was all of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Shard")]
    pub(super) shard: Option<Shard>,
}

/// One of several parts of the operations.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "shard")]
pub(super) struct Shard {
    /// Which one.
    #[schemars(range(min = 1))]
    pub(super) number: usize,
    /// Of how many.
    #[schemars(range(min = 1))]
    pub(super) of: usize,
}

/// What tells the pages from others.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "pages_digest")]
pub(super) struct PagesDigest {
    /// SHA-256 of the lines that hold, as this member does, the digest of each page, sorted.
    pub(super) digest: DigestText,
    /// The pages, in the order in which they were read.
    pub(super) files: Vec<PageDigest>,
}

/// What tells a page from others.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "page_digest")]
pub(super) struct PageDigest {
    /// Its name, as places in it are shown.
    pub(super) name: String,
    /// SHA-256 of its text in UTF-8, without a byte order mark, its lines ended by U+000A.
    pub(super) digest: DigestText,
}

/// How the portal was told who asks.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "account")]
pub(super) struct Account {
    pub(super) scheme: SchemeName,
    /// Whether a second, lesser account was tried as well.
    pub(super) second: bool,
}

/// A rule whose break weighs otherwise than the suite has it.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "chosen_level")]
pub(super) struct Chosen {
    pub(super) rule: RuleName,
    pub(super) level: LevelName,
}

/// Another profile that fits the portal better.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "misfit")]
pub(super) struct Misfit {
    /// The profile's name.
    pub(super) fits: String,
    /// Why, for people.
    pub(super) sentence: String,
}

/// What wrote the report.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "tool")]
pub(super) struct Tool {
    /// The program.
    #[schemars(extend("const" = env!("CARGO_PKG_NAME")))]
    pub(super) name: &'static str,
    /// Its version.
    pub(super) version: &'static str,
}

/// The portal that was tried.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "target")]
pub(super) struct Target {
    /// Its URL; a path in it is a prefix of every request.
    pub(super) url: String,
    /// Its name in the configuration file; null where it has none.
    pub(super) name: Option<String>,
    /// Whether it is the reference portal in the process that wrote the report.
    pub(super) reference: bool,
    /// The file of recorded traffic that was judged; null where the portal was asked.
    pub(super) recording: Option<String>,
}

/// Which documented members the answers held; one that is in both formats counts twice.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "coverage")]
pub(super) struct Coverage {
    /// How many members the selected operations document; an answer that could not be read is one.
    pub(super) documented: usize,
    /// How many of them some answer held.
    pub(super) seen: usize,
    /// What was not seen, by operation; operations of which all was seen are left out.
    pub(super) unseen: Vec<Unseen>,
}

/// What was not seen of one operation.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "unseen")]
pub(super) struct Unseen {
    /// The operation's name.
    pub(super) operation: String,
    /// The members, names of the page from the payload on, `*` for list items; empty for an answer that could not
    /// be read.
    pub(super) members: Vec<String>,
}

/// How the process ends.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "exit")]
pub(super) struct Exit {
    /// 0 conforms, 1 violates, 2 a page could not be read, 3 could not be judged, 4 no case selected.
    #[schemars(extend("enum" = [0, 1, 2, 3, 4]))]
    pub(super) code: u8,
    /// What the code means.
    pub(super) sentence: &'static str,
}

/// How many cases ended how.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "summary")]
pub(super) struct Summary {
    /// All cases that were selected.
    pub(super) cases: usize,
    /// Those in which the portal keeps the contract.
    pub(super) conforms: usize,
    /// Those in which it does not.
    pub(super) violates: usize,
    /// Those in which it does not, and that is forgiven.
    pub(super) waived: usize,
    /// Those that could not be judged.
    pub(super) blocked: usize,
    /// Those that were not asked.
    pub(super) ignored: usize,
    /// Those with remarks, whatever else came of them.
    pub(super) remarked: usize,
}

/// One case and what came of it.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "case")]
pub(super) struct Case {
    /// `operation::format::check`; the name that filters and waivers use.
    pub(super) id: String,
    /// The documented method and path, as a name.
    pub(super) operation: String,
    pub(super) format: FormatName,
    /// What is judged; its first word is the family.
    pub(super) check: String,
    pub(super) verdict: VerdictName,
    /// Why it is blocked or ignored; null otherwise.
    pub(super) reason: Option<String>,
    /// Milliseconds that its answers took, waits excluded; an answer counts for every case that judges
    /// it.
    #[schemars(range(min = 0))]
    pub(super) elapsed_ms: f64,
    /// All violations that this case shows, equal ones once.
    pub(super) violations: Vec<Violation>,
    /// What this case shows that fails nothing.
    pub(super) remarks: Vec<Violation>,
}

/// One disagreement between an answer and the contract.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "violation")]
pub(super) struct Violation {
    pub(super) rule: RuleName,
    pub(super) family: FamilyName,
    /// Where in the answer: a JSON pointer, also into XML read as JSON; empty for the whole answer.
    pub(super) pointer: String,
    /// The documented member, names of the page from the payload on, `*` for list items; empty for none.
    pub(super) member: String,
    /// What the contract promises, in words.
    pub(super) expected: String,
    /// What came, in words: types and lengths.
    pub(super) actual: String,
    /// The portal's data behind it; only with `--show-values`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub(super) value: Option<String>,
    /// Where a page promises it; null where no page does.
    pub(super) promised: Option<Promised>,
    /// The request whose answer showed it first.
    pub(super) request: Request,
    /// The status code; null where no answer came.
    pub(super) status: Option<u16>,
    /// The media type of the answer; empty for none.
    pub(super) media_type: String,
    /// In how many answers it was seen.
    #[schemars(range(min = 1))]
    pub(super) times: usize,
    /// Of how many.
    #[schemars(range(min = 1))]
    pub(super) of: usize,
    /// Why and until when it is forgiven; null where it is not.
    pub(super) waived: Option<Waived>,
}

/// Why and until when a violation is forgiven.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "waived")]
pub(super) struct Waived {
    /// Why.
    pub(super) reason: String,
    /// The last day on which it is, in UTC.
    #[schemars(extend("format" = "date"))]
    pub(super) until: String,
}

/// What is or could be forgiven.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "pattern")]
pub(super) struct Pattern {
    /// The cases: a name in which `*` stands for any part, or several.
    pub(super) case: Texts,
    /// The places: a pointer, or several, in which steps into lists may be left out, and `*` stands for
    /// one step, `**` for any number; null for any place.
    pub(super) pointer: Option<Texts>,
    /// The rule.
    pub(super) kind: RuleName,
}

/// One text, or several.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "texts")]
pub(super) enum Texts {
    One(String),
    Several(#[schemars(length(min = 2))] Vec<String>),
}

/// A waiver and what it did.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "waiver")]
pub(super) struct Waiver {
    #[serde(flatten)]
    pub(super) pattern: Pattern,
    /// Why.
    pub(super) reason: String,
    /// The last day on which it forgives, in UTC.
    #[schemars(extend("format" = "date"))]
    pub(super) until: String,
    pub(super) state: StateName,
    /// How many violations it means, those that follow from them included.
    pub(super) violations: usize,
}

/// A place in a page.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "promised")]
pub(super) struct Promised {
    /// The page's name.
    pub(super) file: String,
    /// 1-based line.
    #[schemars(range(min = 1))]
    pub(super) line: usize,
    /// 1-based column, in characters.
    #[schemars(range(min = 1))]
    pub(super) column: usize,
}

/// What was asked.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "request")]
pub(super) struct Request {
    /// The method.
    pub(super) method: String,
    /// The path below the target's URL, percent-encoded, without a leading slash.
    pub(super) path: String,
    /// A command line that asks the same again; the token is read from `PORTAL_TOKEN`.
    pub(super) curl: String,
}

/// Violations with one cause.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "finding")]
pub(super) struct Finding {
    /// Its name, the same in every report of the same disagreement: `explain` and `run` take it.
    pub(super) id: String,
    pub(super) rule: RuleName,
    pub(super) family: FamilyName,
    /// What the rule demands.
    pub(super) sentence: &'static str,
    /// The documented members that are concerned, in the order of the answer.
    pub(super) members: Vec<String>,
    /// What the contract promises of the first of them.
    pub(super) expected: String,
    /// What came instead.
    pub(super) actual: String,
    /// Where a page promises it; null where no page does.
    pub(super) promised: Option<Promised>,
    /// The names of the violating cases in which the cause or its consequences show; the first one tells
    /// it.
    #[schemars(length(min = 1))]
    pub(super) cases: Vec<String>,
    /// The waiver that would cover the finding, without its reason and last day; null where none does.
    pub(super) waiver: Option<Pattern>,
    /// Those that would cover the rest of it, where the places differ from case to case; absent where there are
    /// none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) more_waivers: Vec<Pattern>,
    /// In the report of a shard: what joins the finding with those of others.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Turn")]
    pub(super) turn: Option<Turn>,
}

/// What joins the findings of several shards.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "turn")]
pub(super) struct Turn {
    /// Of several findings of one cause, the one of the lowest rank tells it.
    pub(super) rank: [usize; 4],
    /// What it tells.
    pub(super) causes: Vec<Cause>,
}

/// What makes violations one finding.
#[derive(Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "cause")]
pub(super) struct Cause {
    /// What tells it from others.
    pub(super) name: String,
    /// The documented member; empty for the whole answer.
    pub(super) member: String,
    pub(super) family: FamilyName,
}

/// The format of the answers.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "format", extend("enum" = Format::ALL.map(Format::as_str)))]
pub(super) struct FormatName(&'static str);

/// SHA-256, in hexadecimal digits.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "digest")]
pub(super) struct DigestText(#[schemars(regex(pattern = "^sha256:[0-9a-f]{64}$"))] String);

/// How a request told who asks; `none` where nobody did.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "scheme", extend("enum" = SCHEMES))]
pub(super) struct SchemeName(&'static str);

/// How much was asked.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "effort", extend("enum" = ["thorough", "quick"]))]
pub(super) struct EffortName(&'static str);

/// What a break of a rule does.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "level", extend("enum" = Level::ALL.map(Level::as_str)))]
pub(super) struct LevelName(&'static str);

/// The family of checks.
#[derive(Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "family", extend("enum" = Family::ALL.map(Family::as_str)))]
pub(super) struct FamilyName(&'static str);

/// The rule that is broken.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "rule", extend("enum" = rule_ids()))]
pub(super) struct RuleName(&'static str);

/// `blocked`: it could not be judged; `ignored`: it was not asked; `waived`: it violates, and that is
/// forgiven.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "verdict", extend("enum" = MARKS.map(|mark| mark.word)))]
pub(super) struct VerdictName(&'static str);

/// `unused`: those of its cases that were judged have nothing to forgive. `untried`: none of its cases was
/// judged, so nobody knows whether it is needed. An expired one forgives nothing and fails the run.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "state", extend("enum" = WaiverState::ALL.map(WaiverState::as_str)))]
pub(super) struct StateName(&'static str);

fn rule_ids() -> Vec<&'static str> {
    Rule::ALL.iter().map(|rule| rule.id()).collect()
}

/// The ways to tell a portal who asks, and none.
const SCHEMES: [&str; 6] = [
    "none",
    Scheme::Raw.as_str(),
    Scheme::Bearer.as_str(),
    Scheme::Cookie.as_str(),
    Scheme::Basic.as_str(),
    Scheme::Login.as_str(),
];

impl From<Digest> for DigestText {
    fn from(digest: Digest) -> Self {
        Self(digest.to_string())
    }
}

impl From<Option<Scheme>> for SchemeName {
    fn from(scheme: Option<Scheme>) -> Self {
        Self(scheme.map_or("none", Scheme::as_str))
    }
}

impl From<Effort> for EffortName {
    fn from(effort: Effort) -> Self {
        Self(match effort {
            Effort::Thorough => "thorough",
            Effort::Quick => "quick",
        })
    }
}

impl From<Level> for LevelName {
    fn from(level: Level) -> Self {
        Self(level.as_str())
    }
}

impl From<Format> for FormatName {
    fn from(format: Format) -> Self {
        Self(format.as_str())
    }
}

impl From<Family> for FamilyName {
    fn from(family: Family) -> Self {
        Self(family.as_str())
    }
}

impl From<Rule> for RuleName {
    fn from(rule: Rule) -> Self {
        Self(rule.id())
    }
}

impl From<Mark> for VerdictName {
    fn from(mark: Mark) -> Self {
        Self(mark.word)
    }
}

impl From<WaiverState> for StateName {
    fn from(state: WaiverState) -> Self {
        Self(state.as_str())
    }
}

impl Texts {
    /// None of no texts.
    pub(super) fn of(texts: Vec<String>) -> Option<Self> {
        match texts.len() {
            0 => None,
            1 => texts.into_iter().next().map(Self::One),
            _ => Some(Self::Several(texts)),
        }
    }
}
