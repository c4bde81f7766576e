//! The arguments as they are typed.

mod access;

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub(super) use access::Access;

use crate::amount;
use crate::case::Shard;
use crate::config::Effort;
use crate::level::Level;
use crate::page::PageFiles;
use crate::percent::Percent;
use crate::proof::Sample;

/// Tries portals against the contract that their documentation pages promise.
#[derive(Debug, Parser)]
#[command(version, about, after_help = AFTER_HELP, arg_required_else_help = true)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

const AFTER_HELP: &str = "\
Exit codes:
    0  the portal keeps the contract
    1  the portal violates the contract, or a check of files found something
    2  the arguments, the configuration or the pages cannot be used
    3  the portal could not be judged (unreachable, TLS, credentials, only HTML), too little of it was seen, or test data is left on it
    4  no case was selected
    5  faults: a fault was missed, or a lawful answer was called a violation
  130  interrupted (Ctrl-C, SIGTERM, SIGHUP), after clean-up";

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Try a portal; without --url and --target, the reference portal in this process
    Run(Box<Run>),
    /// Write a configuration file for a portal, with its JSON Schema beside it; sends nothing but reads
    Init(Init),
    /// Propose a profile under which a portal that is taken to be right keeps the contract; sends nothing but reads
    Adopt(Box<Adopt>),
    /// Write the JSON Schemas and RELAX NG grammars that the pages imply
    Generate(Generate),
    /// Say what is wrong or doubtful in the pages themselves
    Lint(Lint),
    /// Serve the reference portal on its own
    Serve(Serve),
    /// Show the snapshots that wait for review, accept or reject them
    Snapshots(Snapshots),
    /// Undo what interrupted runs left on portals
    Cleanup(Cleanup),
    /// Lay reports of several portals beside each other, or one beside an earlier one
    Compare(Compare),
    /// Hold recorded traffic (HAR) against the contract; sends nothing
    Judge(Box<Judge>),
    /// Say whether a JSON report is whole, and what it was judged by; join those of several shards
    Report(Report),
    /// Say what a rule, a family of checks or a finding is about
    Explain(Explain),
    /// Show the schema of the configuration file, what is wrong in one, or what holds for a target
    Config(Config),
    /// Print the completions of a shell
    Completions(Completions),
    /// Print the program's page of the manual, or that of a command
    Man(Manual),
    /// Try the suite itself: every fault and lawful variation of the reference portal
    Faults(Faults),
}

fn time(text: &str) -> Result<Duration, String> {
    amount::parse_time(text)
        .ok_or_else(|| "expected a time such as 60s, 2m or 500ms (at most a year)".to_owned())
}

fn seconds(text: &str) -> Result<f64, String> {
    time(text).map(|time| time.as_secs_f64())
}

fn milliseconds(text: &str) -> Result<Duration, String> {
    // Without a unit, milliseconds are meant.
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit());
    let unit = if is_plain { "ms" } else { "" };
    time(&format!("{text}{unit}"))
        .map_err(|_| "expected milliseconds, or a time such as 50ms or 2s".to_owned())
}

fn size(text: &str) -> Result<usize, String> {
    amount::parse_size(text).ok_or_else(|| {
        "expected bytes, or a size such as 64MB or 64MiB (units: kB, MB, GB of thousands, KiB, MiB, GiB of 1024)".to_owned()
    })
}

fn failures(text: &str) -> Result<NonZeroUsize, String> {
    let number = text.parse().ok();
    number.ok_or_else(|| "expected a number from 1 on, such as 5".to_owned())
}

fn jobs(text: &str) -> Result<usize, String> {
    let number = text.parse().ok();
    number.ok_or_else(|| "expected a number from 1 on, such as 4".to_owned())
}

/// Which pages.
#[derive(Debug, Clone, Default, Args)]
pub struct Pages {
    /// Folder with pages, or one page, to read instead of the built-in ones; may be repeated
    #[arg(long = "pages", value_name = "DIR|FILE")]
    pub paths: Vec<PathBuf>,
    /// A page that is left out, by its file name or its path below the folder; * stands for any part
    #[arg(long = "exclude-page", value_name = "PATTERN")]
    pub excluded: Vec<String>,
}

impl Pages {
    /// Where they are.
    pub fn files(&self) -> PageFiles {
        PageFiles {
            paths: self.paths.clone(),
            excluded: self.excluded.clone(),
        }
    }
}

/// Which pages, and how the portal speaks.
#[derive(Debug, Args)]
pub struct PagesAndProfile {
    /// Which pages.
    #[command(flatten)]
    pub pages: Pages,
    /// How the portal speaks: a built-in profile or a TOML file [env: `PORTAL_PROFILE`] [default: as-documented]
    #[arg(long, value_name = "NAME|FILE")]
    pub profile: Option<String>,
}

/// `cleanup`.
#[derive(Debug, Args)]
pub struct Cleanup {
    /// Only what runs on this target left
    #[arg(long, value_name = "NAME")]
    pub target: Option<String>,
    /// Configuration file [default: portal-conformance.toml in this folder or the nearest above it]
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// How it is asked.
    #[command(flatten)]
    pub access: Access,
    /// Look once more for what unanswered set-up steps made, then take it that they made nothing
    #[arg(long)]
    pub give_up: bool,
}

/// `init`.
#[derive(Debug, Args)]
pub struct Init {
    /// The portal's URL; a path in it is kept as a prefix
    #[arg(short, long, value_name = "URL")]
    pub url: String,
    /// Which pages.
    #[command(flatten)]
    pub pages: Pages,
    /// How the portal speaks: a built-in profile or a TOML file [env: `PORTAL_PROFILE`] [default: the built-in
    /// one that fits its answers best]
    #[arg(long, value_name = "NAME|FILE")]
    pub profile: Option<String>,
    /// What the file calls the portal
    #[arg(long, value_name = "NAME", default_value = "portal")]
    pub target: String,
    /// A value for a documented parameter, such as contactid=1234,1235 (repeatable)
    #[arg(long = "param", value_name = "NAME=VALUE")]
    pub parameters: Vec<String>,
    /// How it is asked.
    #[command(flatten)]
    pub access: Access,
    /// The folder in which portal-conformance.toml is written
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub out: PathBuf,
}

/// `adopt`.
#[derive(Debug, Args)]
pub struct Adopt {
    /// Which portal, and how it is asked.
    #[command(flatten)]
    pub portal: PortalOptions,
    /// Recorded traffic of the portal that counts as well: a HAR file of a browser, a proxy or `run --record`
    /// (repeatable); where no portal is named, nothing is sent
    #[arg(long, value_name = "FILE.har")]
    pub from: Vec<PathBuf>,
    /// The profile that is proposed: FILE.new is written, and the answers that it rests on, without the portal's
    /// data, beside it [default: the name of the target, or portal, with .toml]
    #[arg(long, value_name = "FILE.toml")]
    pub out: Option<PathBuf>,
    /// Make the proposal that was reviewed the profile; sends nothing
    #[arg(long, conflicts_with = "from")]
    pub accept: bool,
    /// When colours are used; auto: on a terminal, unless `NO_COLOR` is set
    #[arg(long, value_enum, value_name = "WHEN", default_value = "auto")]
    pub color: Color,
    /// Print the proposal and what stays alone
    #[arg(short, long)]
    pub quiet: bool,
}

/// `compare`.
#[derive(Debug, Args)]
pub struct Compare {
    /// JSON reports of `run --report-json`
    #[arg(value_name = "REPORT")]
    pub reports: Vec<PathBuf>,
    /// A target of the configuration file, which is run first (repeatable)
    #[arg(long = "target", value_name = "NAME")]
    pub targets: Vec<String>,
    /// Tell what is new, still there and gone since this earlier report of the same portal
    #[arg(long, value_name = "REPORT")]
    pub since: Option<PathBuf>,
    /// Configuration file [default: portal-conformance.toml in this folder or the nearest above it]
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Write the comparison as JSON to this file, for programs
    #[arg(long = "report-json", value_name = "PATH")]
    pub json: Option<PathBuf>,
    /// Write it as Markdown to this file, for job summaries and comments
    #[arg(long = "report-markdown", value_name = "PATH")]
    pub markdown: Option<PathBuf>,
    /// Write it as HTML to this file, for people: one page that needs nothing else
    #[arg(long = "report-html", value_name = "PATH")]
    pub html: Option<PathBuf>,
}

/// `judge`.
#[derive(Debug, Args)]
pub struct Judge {
    /// Recorded traffic: a HAR file of a browser or a proxy
    #[arg(value_name = "FILE.har")]
    pub recording: PathBuf,
    /// Only cases whose name contains this, or one of several
    #[arg(value_name = "FILTER")]
    pub filters: Vec<String>,
    /// Leave out cases whose name contains this (repeatable)
    #[arg(long, value_name = "FILTER")]
    pub skip: Vec<String>,
    /// Which pages.
    #[command(flatten)]
    pub pages: Pages,
    /// How the portal speaks: a built-in profile or a TOML file [env: `PORTAL_PROFILE`] [default: as-documented]
    #[arg(long, value_name = "NAME|FILE")]
    pub profile: Option<String>,
    /// The portal's URL, with the prefix of its paths, where requests to several were recorded
    #[arg(short, long, value_name = "URL")]
    pub url: Option<String>,
    /// A target of the configuration file: its URL, pages, profile, levels and waivers
    #[arg(long, value_name = "NAME")]
    pub target: Option<String>,
    /// Configuration file [default: portal-conformance.toml in this folder or the nearest above it]
    #[arg(long, value_name = "FILE", requires = "target")]
    pub config: Option<PathBuf>,
    /// Show the portal's data in findings (never credentials)
    #[arg(long)]
    pub show_values: bool,
    /// Call undocumented members violations as well
    #[arg(long)]
    pub strict: bool,
    /// Call it not judged where fewer of the documented members were seen, such as 90%
    #[arg(long, value_name = "SHARE")]
    pub require_coverage: Option<Percent>,
    /// What breaks of rules do.
    #[command(flatten)]
    pub levels: Levels,
    /// When colours are used; auto: on a terminal, unless `NO_COLOR` is set
    #[arg(long, value_enum, value_name = "WHEN", default_value = "auto")]
    pub color: Color,
    /// Where reports are written.
    #[command(flatten)]
    pub reports: Reports,
}

/// `report`.
#[derive(Debug, Args)]
pub struct Report {
    /// What to do with reports.
    #[command(subcommand)]
    pub command: ReportCommand,
}

/// What to do with reports.
#[derive(Debug, Subcommand)]
pub enum ReportCommand {
    /// Say whether a JSON report is as it was written, and fits pages and profile
    Check(ReportCheck),
    /// Join the JSON reports of all shards of a run into one, with the verdict of one run
    Merge(ReportMerge),
}

/// `report merge`.
#[derive(Debug, Args)]
pub struct ReportMerge {
    /// The JSON reports of `run --shard`, all of them
    #[arg(value_name = "REPORT", required = true)]
    pub reports: Vec<PathBuf>,
    /// Write the joined JSON report to this file
    #[arg(long = "report-json", value_name = "PATH")]
    pub json: Option<PathBuf>,
    /// Call the run not judged where fewer of the documented members were seen, such as 90%
    #[arg(long, value_name = "SHARE")]
    pub require_coverage: Option<Percent>,
}

/// `report check`.
#[derive(Debug, Args)]
pub struct ReportCheck {
    /// A JSON report of `run --report-json`
    #[arg(value_name = "REPORT")]
    pub report: PathBuf,
    /// Which pages.
    #[command(flatten)]
    pub pages: Pages,
    /// The profile, a name or a TOML file [default: the built-in one that the report names]
    #[arg(long, value_name = "NAME|FILE")]
    pub profile: Option<String>,
}

/// `explain`.
#[derive(Debug, Args)]
pub struct Explain {
    /// A rule, a check or a family of checks, a case, or the id of a finding, as reports show them
    #[arg(value_name = "RULE|CHECK|CASE|ID")]
    pub name: String,
    /// Which pages and which profile; only the id of a finding and the name of a case need them.
    #[command(flatten)]
    pub source: PagesAndProfile,
}

/// `config`.
#[derive(Debug, Args)]
pub struct Config {
    /// What to do with the configuration file.
    #[command(subcommand)]
    pub command: ConfigCommand,
}

/// What to do with the configuration file.
#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Print its JSON Schema, for editors
    Schema,
    /// Say what is wrong in it, and in the pages, profiles and waivers of its targets; sends nothing
    Check(ConfigFile),
    /// Print what holds for a target, secrets masked
    Show(ConfigShow),
}

/// Which configuration file.
#[derive(Debug, Args)]
pub struct ConfigFile {
    /// Configuration file [default: portal-conformance.toml in this folder or the nearest above it]
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
}

/// `config show`.
#[derive(Debug, Args)]
pub struct ConfigShow {
    /// The target
    #[arg(long, value_name = "NAME")]
    pub target: String,
    /// Which file.
    #[command(flatten)]
    pub file: ConfigFile,
}

/// `completions`.
#[derive(Debug, Args)]
pub struct Completions {
    /// The shell
    #[arg(value_enum, value_name = "SHELL")]
    pub shell: clap_complete::Shell,
}

/// `man`.
#[derive(Debug, Args)]
pub struct Manual {
    /// The words that name the command, such as report merge [default: the program itself]
    #[arg(value_name = "COMMAND")]
    pub command: Vec<String>,
}

/// `snapshots`.
#[derive(Debug, Args)]
pub struct Snapshots {
    /// Only snapshots whose name contains one of these
    #[arg(value_name = "FILTER")]
    pub filters: Vec<String>,
    /// Make them the reviewed ones
    #[arg(long, conflicts_with = "reject")]
    pub accept: bool,
    /// Take them away; the reviewed ones stay
    #[arg(long)]
    pub reject: bool,
    /// The folder [default: those of the targets in the configuration file]
    #[arg(long = "snapshots", value_name = "DIR", conflicts_with_all = ["target", "config"])]
    pub folder: Option<PathBuf>,
    /// Only the folder of this target
    #[arg(long, value_name = "NAME")]
    pub target: Option<String>,
    /// Configuration file [default: portal-conformance.toml in this folder or the nearest above it]
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// When colours are used; auto: on a terminal, unless `NO_COLOR` is set
    #[arg(long, value_enum, value_name = "WHEN", default_value = "auto")]
    pub color: Color,
}

/// Which portal, and how it is asked: what a configuration file may say as well.
#[derive(Debug, Default, Args)]
pub struct PortalOptions {
    /// Which pages.
    #[command(flatten)]
    pub pages: Pages,
    /// How the portal speaks: a built-in profile or a TOML file [env: `PORTAL_PROFILE`] [default: as-documented]
    #[arg(long, value_name = "NAME|FILE")]
    pub profile: Option<String>,
    /// The portal's URL; a path in it is kept as a prefix [env: `PORTAL_URL`]
    #[arg(short, long, value_name = "URL")]
    pub url: Option<String>,
    /// A target of the configuration file [env: `PORTAL_TARGET`]
    #[arg(long, value_name = "NAME")]
    pub target: Option<String>,
    /// Configuration file [default: portal-conformance.toml in this folder or the nearest above it]
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Read no configuration file
    #[arg(long, conflicts_with_all = ["config", "target"])]
    pub no_config: bool,
    /// A value for a documented parameter, such as contactid=1234,1235 (repeatable)
    #[arg(long = "param", value_name = "NAME=VALUE")]
    pub parameters: Vec<String>,
    /// Send requests that change the portal as well: alone, those that the profile calls repeatable; else
    /// those of the operations that are named, as in --allow-writes=post-crm-contact-*,put-* (repeatable);
    /// a deletion only by a name that begins with delete; false takes back what the file allows
    #[arg(long, value_name = "OPERATION", num_args = 0..=1, require_equals = true, value_delimiter = ',', default_missing_value = "true")]
    pub allow_writes: Vec<String>,
    /// How much is asked [default: thorough]
    #[arg(long, value_enum, value_name = "EFFORT")]
    pub effort: Option<Effort>,
    /// Who asks, and how.
    #[command(flatten)]
    pub access: Access,
    /// How many requests may be under way at once [default: 16]
    #[arg(short, long, value_name = "N", alias = "test-threads", value_parser = jobs, allow_hyphen_values = true)]
    pub jobs: Option<usize>,
    /// How long the run may ask, set-up included; what is not asked by then is not judged [default: 10m]
    #[arg(long, value_name = "TIME", value_parser = time, allow_hyphen_values = true)]
    pub max_time: Option<Duration>,
    /// Folder with the portal's own reviewed snapshots
    #[arg(long, value_name = "DIR")]
    pub snapshots: Option<PathBuf>,
}

/// What breaks of rules do.
#[derive(Debug, Default, Args)]
pub struct Levels {
    /// Let a break of this rule fail the run; `remarks` means all that would fail nothing (repeatable)
    #[arg(long, value_name = "RULE")]
    pub deny: Vec<String>,
    /// Tell a break of this rule as a remark, which fails nothing (repeatable)
    #[arg(long, value_name = "RULE")]
    pub warn: Vec<String>,
    /// Tell no break of this rule (repeatable)
    #[arg(long, value_name = "RULE")]
    pub allow: Vec<String>,
}

impl Levels {
    /// The rules with their levels: of two levels of a rule, the sharper one comes last.
    pub fn given(&self) -> Vec<(String, Level)> {
        let of = |rules: &[String], level| {
            let rules = rules.iter().cloned();
            rules.map(move |rule| (rule, level)).collect::<Vec<_>>()
        };
        let levels = [
            of(&self.allow, Level::Allow),
            of(&self.warn, Level::Warn),
            of(&self.deny, Level::Deny),
        ];
        levels.concat()
    }
}

/// `run`.
#[derive(Debug, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of the command line"
)]
pub struct Run {
    /// Which portal, and how it is asked.
    #[command(flatten)]
    pub portal: PortalOptions,
    /// Show the portal's data in findings (never credentials)
    #[arg(long)]
    pub show_values: bool,
    /// Call undocumented members violations as well
    #[arg(long)]
    pub strict: bool,
    /// Call a run not judged where fewer of the documented members were seen, such as 90%
    #[arg(long, value_name = "SHARE")]
    pub require_coverage: Option<Percent>,
    /// Try one of several parts of the operations, such as 2/5, and leave the others to other machines;
    /// `report merge` joins their JSON reports, and asks for coverage
    #[arg(long, value_name = "K/N", conflicts_with = "require_coverage")]
    pub shard: Option<Shard>,
    /// What breaks of rules do.
    #[command(flatten)]
    pub levels: Levels,
    /// Only cases whose name contains this, or one of several; the id of a finding means the case that tells it
    #[arg(value_name = "FILTER")]
    pub filters: Vec<String>,
    /// FILTER and --skip mean whole names
    #[arg(long)]
    pub exact: bool,
    /// Leave out cases whose name contains this (repeatable)
    #[arg(long, value_name = "FILTER")]
    pub skip: Vec<String>,
    /// List the cases and send nothing; with --format json, with why cases are not asked
    #[arg(long, conflicts_with_all = ["junit", "json", "markdown", "html", "sarif"])]
    pub list: bool,
    /// Print each case in libtest's format instead of findings alone
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub format: Option<TrialFormat>,
    /// When colours are used; auto: on a terminal, unless `NO_COLOR` is set
    #[arg(long, value_enum, value_name = "WHEN", default_value = "auto")]
    pub color: Color,
    /// Print findings and the summary alone
    #[arg(short, long, conflicts_with = "format")]
    pub quiet: bool,
    /// Show each request and its answer on standard error as it ends, in a line; -vv with headers and bodies,
    /// which are without the portal's data unless --show-values is given
    #[arg(short, long, action = clap::ArgAction::Count, conflicts_with_all = ["quiet", "list"])]
    pub verbose: u8,
    /// Ask no more once so many findings are sure that fail the run; what is then not run is said
    #[arg(long, value_name = "N", value_parser = failures, conflicts_with = "fail_fast")]
    pub max_failures: Option<NonZeroUsize>,
    /// The same as --max-failures 1
    #[arg(long)]
    pub fail_fast: bool,
    /// Write what must succeed, and its answers, to this HAR file, which `judge` reads: without credentials, and
    /// without the portal's data unless --show-values is given
    #[arg(long, value_name = "FILE.har", conflicts_with = "list")]
    pub record: Option<PathBuf>,
    /// Where reports are written.
    #[command(flatten)]
    pub reports: Reports,
}

/// Files that a run is written to, beside what it prints.
#[derive(Debug, Default, Args)]
pub struct Reports {
    /// Write a `JUnit` XML report to this file, for CI servers
    #[arg(long = "report-junit", value_name = "PATH")]
    pub junit: Option<PathBuf>,
    /// Write a JSON report to this file, for programs
    #[arg(long = "report-json", value_name = "PATH")]
    pub json: Option<PathBuf>,
    /// Write a Markdown report to this file, for job summaries and comments
    #[arg(long = "report-markdown", value_name = "PATH")]
    pub markdown: Option<PathBuf>,
    /// Write an HTML report to this file, for people: one page that needs nothing else
    #[arg(long = "report-html", value_name = "PATH")]
    pub html: Option<PathBuf>,
    /// Write a SARIF 2.1.0 report to this file, for code scanning
    #[arg(long = "report-sarif", value_name = "PATH")]
    pub sarif: Option<PathBuf>,
}

/// What of a page shall be an error as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Denied {
    /// What is missing, odd, or decided by a rule
    Remarks,
}

/// How `lint` prints what it finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LintFormat {
    /// For people
    Text,
    /// One JSON object
    Json,
}

/// libtest's output formats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TrialFormat {
    /// One line for each case
    Pretty,
    /// One character for each case
    Terse,
    /// One JSON object for each event
    Json,
}

/// When colours are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// `generate`.
#[derive(Debug, Args)]
pub struct Generate {
    /// Which pages and which profile.
    #[command(flatten)]
    pub source: PagesAndProfile,
    /// Folder to write to
    #[arg(long, value_name = "DIR", default_value = "schemas")]
    pub out: PathBuf,
    /// Write one `OpenAPI` 3.1 document instead, in the notation of the ending: .json, .yaml or .yml
    #[arg(long, value_name = "FILE", conflicts_with = "out")]
    pub openapi: Option<PathBuf>,
    /// Change nothing; name what is stale and fail
    #[arg(long)]
    pub check: bool,
}

/// `lint`.
#[derive(Debug, Args)]
pub struct Lint {
    /// Pages to look at instead of the built-in ones, or folders with pages
    #[arg(value_name = "FILE|DIR")]
    pub files: Vec<PathBuf>,
    /// Which pages, as for the other commands.
    #[command(flatten)]
    pub pages: Pages,
    /// Let remarks fail the command as errors do
    #[arg(long, value_name = "WHAT")]
    pub deny: Option<Denied>,
    /// How the findings are printed
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "text")]
    pub format: LintFormat,
}

/// `serve`.
#[derive(Debug, Args)]
pub struct Serve {
    /// Which pages and which profile.
    #[command(flatten)]
    pub source: PagesAndProfile,
    /// Where to listen, such as localhost:8080; port 0 takes any free one
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:8080")]
    pub listen: String,
    /// The environment variable that holds the token that the portal takes
    #[arg(long, value_name = "VAR", default_value = "PORTAL_TOKEN")]
    pub token_env: String,
    /// What stands before api/2.0 in every path
    #[arg(long, value_name = "PATH", default_value = "")]
    pub prefix: String,
    /// A fault or lawful variation that the portal shall show, by a name that `faults` prints
    #[arg(long, value_name = "ID")]
    pub fault: Option<String>,
    /// The longest random delay before an answer, in milliseconds or with a unit
    #[arg(long, value_name = "MS", default_value = "0", value_parser = milliseconds, allow_hyphen_values = true)]
    pub delay: Duration,
}

/// `faults`.
#[derive(Debug, Args)]
pub struct Faults {
    /// Which pages and which profile.
    #[command(flatten)]
    pub source: PagesAndProfile,
    /// Only faults and variations whose name contains this, or one of several
    #[arg(value_name = "FILTER")]
    pub filters: Vec<String>,
    /// Of these, one of so many, the same each time, and the first fault of each family
    #[arg(long, value_name = "1/N")]
    pub sample: Option<Sample>,
    /// File to write the result of each fault and variation to, as JSON
    #[arg(long, value_name = "PATH")]
    pub report_json: Option<PathBuf>,
}
