//! What stands in the JSON report, member by member.
//!
//! The comments here are the descriptions in `docs/report.schema.json`. A member without a default is one that no
//! report lacks which can be read; what else an earlier version did not write yet is empty.

use std::slice;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::report_file::VERSION;
use crate::report_file::term::{
    DigestText, EffortName, FamilyName, FormatName, LevelName, RuleName, SchemeName, StateName,
    Verdict,
};

/// What `portal-conformance run --report-json PATH` writes. Members may be added within a version:
/// readers ignore those that they do not know. No value of the portal's data is in it unless
/// `--show-values` was given, and never a credential.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(title = "Report of portal-conformance")]
pub(crate) struct Document {
    /// The version of this format; raised when a member is removed, renamed or changes its meaning.
    #[schemars(extend("const" = VERSION))]
    #[serde(default)]
    pub(crate) version: u32,
    /// What wrote the report.
    pub(crate) tool: Tool,
    /// The portal that was tried.
    pub(crate) target: Target,
    /// The profile: how the portal is expected to speak.
    pub(crate) profile: String,
    /// Which pages the contract is made of.
    pub(crate) pages: String,
    /// Pages that could not be read, a sentence each; absent where there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) unread_pages: Vec<String>,
    /// Files among the pages that hold none; absent where there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) passed_over: Vec<String>,
    /// When the first request was sent, in UTC (RFC 3339).
    pub(crate) started: String,
    /// Which documented members the answers held.
    pub(crate) coverage: Coverage,
    /// How the process ends after this run.
    pub(crate) exit: Exit,
    /// With how many findings asking ended, so that cases were not run; absent where all was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "usize", range(min = 1))]
    pub(crate) stopped_after: Option<usize>,
    /// Why the portal could not be judged at all; null where it could.
    pub(crate) obstacle: Option<String>,
    /// What of the run's test data may be left on the portal, a sentence each; absent where nothing is.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) left: Vec<String>,
    /// How many cases ended how; the verdicts add up to the cases.
    #[serde(default)]
    pub(crate) summary: Summary,
    /// How many requests were sent: repeated ones, the login and those for test data included.
    #[serde(default)]
    pub(crate) requests: usize,
    /// How often the portal asked to come back later.
    #[serde(default)]
    pub(crate) retries: u32,
    /// Milliseconds for which the run was held back because the portal asked it to come back later.
    #[schemars(range(min = 0))]
    #[serde(default)]
    pub(crate) waited_ms: f64,
    /// Another profile that fits the portal better; nothing else is then a finding.
    pub(crate) misfit: Option<Misfit>,
    /// What to look at before the findings, one line each.
    #[serde(default)]
    pub(crate) hints: Vec<String>,
    /// Milliseconds from the first request to the last answer.
    #[schemars(range(min = 0))]
    #[serde(default)]
    pub(crate) elapsed_ms: f64,
    /// The selected cases, sorted by operation, format and check.
    pub(crate) cases: Vec<Case>,
    /// The violations by cause: one drift is one finding, however many cases show it.
    pub(crate) findings: Vec<Finding>,
    /// What is told and fails nothing, by cause.
    #[serde(default)]
    pub(crate) remarks: Vec<Finding>,
    /// The waivers of the target, and what each did.
    #[serde(default)]
    pub(crate) waivers: Vec<Waiver>,
    /// By what the portal was judged, so that somebody else can tell whether it is what they would judge by.
    #[schemars(with = "Certificate")]
    pub(crate) certificate: Option<Certificate>,
    /// SHA-256 of all other members in the form of RFC 8785: whether the report is as it was written. It is
    /// no signature.
    #[serde(default)]
    pub(crate) digest: DigestText,
}

/// By what the portal was judged.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "certificate")]
pub(crate) struct Certificate {
    /// What tells the pages from others.
    pub(crate) pages: PagesDigest,
    /// SHA-256 of the lines that hold, as this member does, the digests of the profile's text and of those
    /// that it extends, from itself on.
    pub(crate) profile: DigestText,
    /// How the portal was told who asks; never who that is.
    #[serde(default)]
    pub(crate) account: Account,
    /// Whether undocumented members were violations.
    #[serde(default)]
    pub(crate) strict: bool,
    #[serde(default)]
    pub(crate) effort: EffortName,
    /// The rules whose breaks weigh otherwise than the suite has it.
    #[serde(default)]
    pub(crate) levels: Vec<Chosen>,
    /// How many cases of the suite were not selected: they are not in `cases`.
    #[serde(default)]
    pub(crate) unselected: usize,
    /// Whether the report shows values of the portal's data.
    #[serde(default)]
    pub(crate) values: bool,
    /// Which part of the operations was tried; absent where that was all of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Shard")]
    pub(crate) shard: Option<Shard>,
}

/// One of several parts of the operations.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "shard")]
pub(crate) struct Shard {
    /// Which one.
    #[schemars(range(min = 1))]
    pub(crate) number: usize,
    /// Of how many.
    #[schemars(range(min = 1))]
    pub(crate) of: usize,
}

/// What tells the pages from others.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "pages_digest")]
pub(crate) struct PagesDigest {
    /// SHA-256 of the lines that hold, as this member does, the digest of each page, sorted.
    pub(crate) digest: DigestText,
    /// The pages, in the order in which they were read.
    #[serde(default)]
    pub(crate) files: Vec<PageDigest>,
}

/// What tells a page from others.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "page_digest")]
pub(crate) struct PageDigest {
    /// Its name, as places in it are shown.
    pub(crate) name: String,
    /// SHA-256 of its text in UTF-8, without a byte order mark, its lines ended by U+000A.
    pub(crate) digest: DigestText,
}

/// How the portal was told who asks.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(rename = "account")]
pub(crate) struct Account {
    pub(crate) scheme: SchemeName,
    /// Whether a second, lesser account was tried as well.
    pub(crate) second: bool,
}

/// A rule whose break weighs otherwise than the suite has it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "chosen_level")]
pub(crate) struct Chosen {
    pub(crate) rule: RuleName,
    pub(crate) level: LevelName,
}

/// Another profile that fits the portal better.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "misfit")]
pub(crate) struct Misfit {
    /// The profile's name.
    #[serde(default)]
    pub(crate) fits: String,
    /// Why, for people.
    pub(crate) sentence: String,
}

/// What wrote the report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "tool")]
pub(crate) struct Tool {
    /// The program.
    #[schemars(extend("const" = env!("CARGO_PKG_NAME")))]
    #[serde(default)]
    pub(crate) name: String,
    /// Its version.
    pub(crate) version: String,
}

/// The portal that was tried.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "target")]
pub(crate) struct Target {
    /// Its URL; a path in it is a prefix of every request.
    pub(crate) url: String,
    /// Its name in the configuration file; null where it has none.
    pub(crate) name: Option<String>,
    /// Whether it is the reference portal in the process that wrote the report.
    #[serde(default)]
    pub(crate) reference: bool,
    /// The file of recorded traffic that was judged; null where the portal was asked.
    pub(crate) recording: Option<String>,
}

/// Which documented members the answers held; one that is in both formats counts twice.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "coverage")]
pub(crate) struct Coverage {
    /// How many members the selected operations document; an answer that could not be read is one.
    pub(crate) documented: usize,
    /// How many of them some answer held.
    pub(crate) seen: usize,
    /// What was not seen, by operation; operations of which all was seen are left out.
    #[serde(default)]
    pub(crate) unseen: Vec<Unseen>,
}

/// What was not seen of one operation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "unseen")]
pub(crate) struct Unseen {
    /// The operation's name.
    pub(crate) operation: String,
    /// The members, names of the page from the payload on, `*` for list items; empty for an answer that could not
    /// be read.
    pub(crate) members: Vec<String>,
}

/// How the process ends.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "exit")]
pub(crate) struct Exit {
    /// 0 conforms, 1 violates, 2 a page could not be read, 3 could not be judged, 4 no case selected, 130 interrupted.
    #[schemars(extend("enum" = [0, 1, 2, 3, 4, 130]))]
    pub(crate) code: u8,
    /// What the code means.
    pub(crate) sentence: String,
}

/// How many cases ended how.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(rename = "summary")]
pub(crate) struct Summary {
    /// All cases that were selected.
    pub(crate) cases: usize,
    /// Those in which the portal keeps the contract.
    pub(crate) conforms: usize,
    /// Those in which it does not.
    pub(crate) violates: usize,
    /// Those in which it does not, and that is forgiven.
    pub(crate) waived: usize,
    /// Those that could not be judged.
    pub(crate) blocked: usize,
    /// Those that were not asked.
    pub(crate) ignored: usize,
    /// Those with remarks, whatever else came of them.
    pub(crate) remarked: usize,
}

/// One case and what came of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "case")]
pub(crate) struct Case {
    /// `operation::format::check`; the name that filters and waivers use.
    pub(crate) id: String,
    /// The documented method and path, as a name.
    pub(crate) operation: String,
    pub(crate) format: FormatName,
    /// What is judged; its first word is the family.
    pub(crate) check: String,
    pub(crate) verdict: Verdict,
    /// Why it is blocked or ignored; null otherwise.
    pub(crate) reason: Option<String>,
    /// Milliseconds that its answers took, waits excluded; an answer counts for every case that judges
    /// it.
    #[schemars(range(min = 0))]
    #[serde(default)]
    pub(crate) elapsed_ms: f64,
    /// All violations that this case shows, equal ones once.
    #[serde(default)]
    pub(crate) violations: Vec<Violation>,
    /// What this case shows that fails nothing.
    #[serde(default)]
    pub(crate) remarks: Vec<Violation>,
}

/// One disagreement between an answer and the contract.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "violation")]
pub(crate) struct Violation {
    pub(crate) rule: RuleName,
    #[serde(default)]
    pub(crate) family: FamilyName,
    /// Where in the answer: a JSON pointer, also into XML read as JSON; empty for the whole answer.
    #[serde(default)]
    pub(crate) pointer: String,
    /// The documented member, names of the page from the payload on, `*` for list items; empty for none.
    pub(crate) member: String,
    /// What the contract promises, in words.
    #[serde(default)]
    pub(crate) expected: String,
    /// What came, in words: types and lengths.
    #[serde(default)]
    pub(crate) actual: String,
    /// Whether something else stands where the member is missing; absent where nothing does.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) replaced: bool,
    /// The portal's data behind it; only with `--show-values`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub(crate) value: Option<String>,
    /// Where a page promises it; null where no page does.
    pub(crate) promised: Option<Promised>,
    /// The request whose answer showed it first.
    #[serde(default)]
    pub(crate) request: Request,
    /// The status code; null where no answer came.
    pub(crate) status: Option<u16>,
    /// The media type of the answer; empty for none.
    #[serde(default)]
    pub(crate) media_type: String,
    /// In how many answers it was seen.
    #[schemars(range(min = 1))]
    #[serde(default)]
    pub(crate) times: usize,
    /// Of how many.
    #[schemars(range(min = 1))]
    #[serde(default)]
    pub(crate) of: usize,
    /// Why and until when it is forgiven; null where it is not.
    pub(crate) waived: Option<Waived>,
}

/// Why and until when a violation is forgiven.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(rename = "waived")]
pub(crate) struct Waived {
    /// Why.
    pub(crate) reason: String,
    /// The last day on which it is, in UTC.
    #[schemars(extend("format" = "date"))]
    pub(crate) until: String,
}

/// What is or could be forgiven.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "pattern")]
pub(crate) struct Pattern {
    /// The cases: a name in which `*` stands for any part, or several.
    pub(crate) case: Texts,
    /// The places: a pointer, or several, in which steps into lists may be left out, and `*` stands for
    /// one step, `**` for any number; null for any place.
    pub(crate) pointer: Option<Texts>,
    /// The rule.
    pub(crate) kind: RuleName,
}

/// One text, or several.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "texts")]
pub(crate) enum Texts {
    One(String),
    Several(#[schemars(length(min = 2))] Vec<String>),
}

/// A waiver and what it did.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "waiver")]
pub(crate) struct Waiver {
    #[serde(flatten)]
    pub(crate) pattern: Pattern,
    /// Why.
    #[serde(default)]
    pub(crate) reason: String,
    /// The last day on which it forgives, in UTC.
    #[schemars(extend("format" = "date"))]
    #[serde(default)]
    pub(crate) until: String,
    #[serde(default)]
    pub(crate) state: StateName,
    /// How many violations it means, those that follow from them included.
    #[serde(default)]
    pub(crate) violations: usize,
}

/// A place in a page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "promised")]
pub(crate) struct Promised {
    /// The page's name.
    pub(crate) file: String,
    /// 1-based line.
    #[schemars(range(min = 1))]
    pub(crate) line: usize,
    /// 1-based column, in characters.
    #[schemars(range(min = 1))]
    pub(crate) column: usize,
}

/// What was asked.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(rename = "request")]
pub(crate) struct Request {
    /// The method.
    pub(crate) method: String,
    /// The path below the target's URL, percent-encoded, without a leading slash.
    pub(crate) path: String,
    /// A command line that asks the same again; the token is read from `PORTAL_TOKEN`.
    pub(crate) curl: String,
}

/// Violations with one cause.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "finding")]
pub(crate) struct Finding {
    /// Its name, the same in every report of the same disagreement: `explain` and `run` take it.
    #[serde(default)]
    pub(crate) id: String,
    pub(crate) rule: RuleName,
    pub(crate) family: FamilyName,
    /// What the rule demands.
    pub(crate) sentence: String,
    /// The documented members that are concerned, in the order of the answer.
    pub(crate) members: Vec<String>,
    /// What the contract promises of the first of them.
    pub(crate) expected: String,
    /// What came instead.
    pub(crate) actual: String,
    /// Where a page promises it; null where no page does.
    pub(crate) promised: Option<Promised>,
    /// The names of the violating cases in which the cause or its consequences show; the first one tells
    /// it.
    #[schemars(length(min = 1))]
    pub(crate) cases: Vec<String>,
    /// The waiver that would cover the finding, without its reason and last day; null where none does.
    pub(crate) waiver: Option<Pattern>,
    /// Those that would cover the rest of it, where the places differ from case to case; absent where there are
    /// none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) more_waivers: Vec<Pattern>,
    /// In the report of a shard: what joins the finding with those of others.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Turn")]
    pub(crate) turn: Option<Turn>,
}

/// What joins the findings of several shards.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "turn")]
pub(crate) struct Turn {
    /// Of several findings of one cause, the one of the lowest rank tells it.
    pub(crate) rank: [usize; 4],
    /// What it tells.
    pub(crate) causes: Vec<Cause>,
}

/// What makes violations one finding.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "cause")]
pub(crate) struct Cause {
    /// What tells it from others.
    pub(crate) name: String,
    /// The documented member; empty for the whole answer.
    pub(crate) member: String,
    pub(crate) family: FamilyName,
}

impl Texts {
    /// None of no texts.
    pub(crate) fn of(texts: Vec<String>) -> Option<Self> {
        match texts.len() {
            0 => None,
            1 => texts.into_iter().next().map(Self::One),
            _ => Some(Self::Several(texts)),
        }
    }

    pub(crate) fn as_slice(&self) -> &[String] {
        match self {
            Self::One(text) => slice::from_ref(text),
            Self::Several(texts) => texts,
        }
    }
}
