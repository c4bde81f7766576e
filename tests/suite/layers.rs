//! Who may know whom: data goes one way through the modules, and in no circle inside one.
//!
//! Read from the sources themselves, without what is compiled for tests alone. A file refers to another
//! by `crate::` and `super::`; what a parent file re-exports belongs to the file that it comes from. A
//! parent is made of its children, so that its own use of them is no arrow.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use crate::support::project;

/// What the reference portal may know: nothing of what judges it.
const PORTAL_KNOWS: [&str; 4] = ["budget", "contract", "profile", "shape"];

/// A file as a path of modules: `["run", "ask"]`.
type Name = Vec<String>;

/// All files with their texts.
#[derive(Default)]
struct House {
    /// The modules of the crate in the order of its list.
    order: Vec<String>,
    files: BTreeMap<Name, File>,
}

/// What a file says of others.
#[derive(Default)]
struct File {
    /// Every path that begins in this crate, as far as it is written.
    uses: BTreeSet<Name>,
    /// What is re-exported from a child: the name, and the path below this file.
    exports: BTreeMap<String, Name>,
}

impl House {
    /// Reads files: names such as `run/ask.rs`, and texts.
    fn of(order: &[&str], files: &[(&str, &str)]) -> Self {
        let mut house = Self {
            order: order.iter().map(|name| (*name).to_owned()).collect(),
            ..Self::default()
        };
        for (path, text) in files {
            let name: Name = path
                .trim_end_matches(".rs")
                .trim_end_matches("/mod")
                .split('/')
                .map(str::to_owned)
                .collect();
            let tokens: TokenStream = text.parse().unwrap();
            let mut file = File::default();
            read(tokens, &name, &mut file);
            house.files.insert(name, file);
        }
        house
    }

    /// The file that a path leads to, through re-exports.
    fn file_of(&self, path: &[String]) -> Option<Name> {
        let mut path = path.to_vec();
        for _ in 0..10 {
            let at = (1..=path.len()).rev();
            let at = at
                .into_iter()
                .find(|at| self.files.contains_key(&path[..*at]))?;
            let file = &path[..at];
            let export = path
                .get(at)
                .and_then(|item| self.files[file].exports.get(item));
            match export {
                Some(below) => path = [file, below.as_slice()].concat(),
                None => return Some(file.to_vec()),
            }
        }
        None
    }

    /// Uses of modules that stand below, or beside the list.
    fn against_the_list(&self) -> Vec<String> {
        let at = |module: &String| self.order.iter().position(|known| known == module);
        let mut wrong = Vec::new();
        for (name, module) in self.modules_used() {
            let stands = at(&name[0]);
            let is_above = stands.is_some() && at(&module).is_some() && at(&module) < stands;
            if !is_above {
                wrong.push(format!("{} uses {module}", name.join("/")));
            }
        }
        wrong
    }

    /// What each file uses of other modules.
    fn modules_used(&self) -> BTreeSet<(Name, String)> {
        let mut used = BTreeSet::new();
        for (name, file) in &self.files {
            let others = file.uses.iter().filter(|path| path[0] != name[0]);
            used.extend(others.map(|path| (name.clone(), path[0].clone())));
        }
        used
    }

    /// The modules that a module uses.
    fn knows(&self, module: &str) -> BTreeSet<String> {
        let used = self.modules_used().into_iter();
        let of_module = used.filter(|(name, _)| name[0] == module);
        of_module.map(|(_, module)| module).collect()
    }

    /// A circle of files of one module, where there is one.
    fn circle(&self) -> Option<String> {
        let mut arrows: BTreeMap<Name, BTreeSet<Name>> = BTreeMap::new();
        for (name, file) in &self.files {
            let to = file.uses.iter().filter_map(|path| self.file_of(path));
            let to = to.filter(|to| to[0] == name[0] && !to.starts_with(name));
            arrows.insert(name.clone(), to.collect());
        }
        // What no longer leads anywhere is in no circle.
        while let Some(end) = arrows
            .iter()
            .find(|(_, to)| to.is_empty())
            .map(|(name, _)| name.clone())
        {
            arrows.remove(&end);
            for to in arrows.values_mut() {
                to.remove(&end);
            }
        }
        let arrows = arrows.iter().map(|(name, to)| {
            let to: Vec<String> = to.iter().map(|to| to.join("/")).collect();
            format!("{} -> {}", name.join("/"), to.join(", "))
        });
        let arrows: Vec<String> = arrows.collect();
        (!arrows.is_empty()).then(|| arrows.join("\n"))
    }
}

/// Reads the tokens of a file or of a group in it.
fn read(tokens: TokenStream, name: &Name, file: &mut File) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut at = 0;
    while at < tokens.len() {
        if is_test_attribute(&tokens[at..]) {
            at = after_item(&tokens, at + 2);
            continue;
        }
        let is_export = word(&tokens[at..], 0).as_deref() == Some("pub")
            && use_at(&tokens, at).is_some_and(|here| {
                read_export(&tokens[here..], file);
                true
            });
        let starts = match word(&tokens[at..], 0).as_deref() {
            Some("crate") if is_path(&tokens, at + 1) => Some(Vec::new()),
            Some("super") if is_path(&tokens, at + 1) => Some(name[..name.len() - 1].to_vec()),
            _ => None,
        };
        if let Some(start) = starts {
            tree(&tokens[at + 3..], start, &mut |path| {
                file.uses.insert(path);
            });
        }
        if let TokenTree::Group(group) = &tokens[at] {
            let mut inside = name.clone();
            // `super` in a module that stands in the file is the file.
            if at > 1 && word(&tokens, at - 2).as_deref() == Some("mod") {
                inside.extend(word(&tokens, at - 1));
            }
            read(group.stream(), &inside, file);
        }
        at += if is_export { 2 } else { 1 };
    }
}

/// Paths such as `a::b`, `{a, b::c}` or `a::{self, b}`, behind what they begin with.
fn tree(tokens: &[TokenTree], mut start: Name, found: &mut dyn FnMut(Name)) {
    let mut at = 0;
    loop {
        match tokens.get(at) {
            Some(TokenTree::Ident(word)) if *word == "super" => {
                start.pop();
            }
            Some(TokenTree::Ident(word)) if *word == "self" => {}
            Some(TokenTree::Ident(word)) => start.push(word.to_string()),
            Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
                let inner: Vec<TokenTree> = group.stream().into_iter().collect();
                let is_comma =
                    |token: &TokenTree| matches!(token, TokenTree::Punct(c) if c.as_char() == ',');
                for part in inner.split(is_comma).filter(|part| !part.is_empty()) {
                    tree(part, start.clone(), found);
                }
                return;
            }
            _ => break,
        }
        if !is_path(tokens, at + 1) {
            break;
        }
        at += 3;
    }
    if !start.is_empty() {
        found(start);
    }
}

/// Keeps what `use child::...;` names, as somebody else can use it.
fn read_export(tokens: &[TokenTree], file: &mut File) {
    if matches!(word(tokens, 0).as_deref(), Some("crate" | "super" | "self")) {
        return;
    }
    tree(tokens, Name::new(), &mut |path| {
        if let Some(last) = path.last() {
            file.exports.insert(last.clone(), path.clone());
        }
    });
}

/// Where the path of `pub use` or `pub(...) use` begins.
fn use_at(tokens: &[TokenTree], at: usize) -> Option<usize> {
    let next = match tokens.get(at + 1) {
        Some(TokenTree::Group(_)) => at + 2,
        _ => at + 1,
    };
    (word(tokens, next).as_deref() == Some("use")).then_some(next + 1)
}

fn word(tokens: &[TokenTree], at: usize) -> Option<String> {
    match tokens.get(at) {
        Some(TokenTree::Ident(word)) => Some(word.to_string()),
        _ => None,
    }
}

/// Whether `::` stands there.
fn is_path(tokens: &[TokenTree], at: usize) -> bool {
    let is_colon =
        |at: usize| matches!(tokens.get(at), Some(TokenTree::Punct(c)) if c.as_char() == ':');
    is_colon(at) && is_colon(at + 1)
}

/// Whether `#[cfg(test)]` stands there, or another attribute that asks for tests.
fn is_test_attribute(tokens: &[TokenTree]) -> bool {
    match tokens {
        [TokenTree::Punct(hash), TokenTree::Group(group), ..] if hash.as_char() == '#' => {
            let text = group.stream().to_string().replace(' ', "");
            text == "cfg(test)" || text.starts_with("cfg(all(test,")
        }
        _ => false,
    }
}

/// Behind the item that begins there: its braces, or its semicolon.
fn after_item(tokens: &[TokenTree], mut at: usize) -> usize {
    while let Some(token) = tokens.get(at) {
        at += 1;
        let ends = match token {
            TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
            TokenTree::Punct(c) => c.as_char() == ';',
            _ => false,
        };
        if ends {
            // The braces of `use` have a semicolon behind them.
            let is_semicolon =
                matches!(tokens.get(at), Some(TokenTree::Punct(c)) if c.as_char() == ';');
            return at + usize::from(is_semicolon);
        }
    }
    at
}

/// The house as it stands.
fn house() -> House {
    let root = project().join("src");
    let list = fs::read_to_string(root.join("lib.rs")).unwrap();
    let order: Vec<&str> = list
        .lines()
        .filter_map(|line| {
            line.trim_start_matches("pub ")
                .strip_prefix("mod ")?
                .strip_suffix(';')
        })
        .collect();
    let mut paths = Vec::new();
    collect(&root, &root, &mut paths);
    let is_inside = |path: &&String| {
        // Those two stand outside the list; the others are compiled for tests alone.
        !["lib.rs", "main.rs"].contains(&path.as_str())
            && !path.ends_with("tests.rs")
            && !path.ends_with("tests_support.rs")
    };
    let texts: Vec<(String, String)> = paths
        .iter()
        .filter(is_inside)
        .map(|path| (path.clone(), fs::read_to_string(root.join(path)).unwrap()))
        .collect();
    let files: Vec<(&str, &str)> = texts
        .iter()
        .map(|(path, text)| (path.as_str(), text.as_str()))
        .collect();
    assert!(order.len() > 20 && files.len() > 100, "all of it is read");
    House::of(&order, &files)
}

fn collect(root: &Path, folder: &Path, paths: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(root, &path, paths);
        } else if path.extension().is_some_and(|end| end == "rs") {
            let below = path.strip_prefix(root).unwrap();
            paths.push(below.to_str().unwrap().replace('\\', "/"));
        }
    }
}

#[test]
fn modules_use_only_modules_above_them() {
    let wrong = house().against_the_list();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_reference_portal_knows_nothing_of_what_judges_it() {
    let known = house().knows("portal");
    let wrong: Vec<&String> = known
        .iter()
        .filter(|module| !PORTAL_KNOWS.contains(&module.as_str()))
        .collect();
    assert!(wrong.is_empty(), "portal uses {wrong:?}");
    assert!(known.contains("contract") && known.contains("profile"));
}

/// Tools and people take them for what a build makes, and for what tests read.
#[test]
fn no_folder_of_sources_is_named_as_others_are() {
    for name in ["target", "testdata"] {
        let folder = project().join("src").join(name);
        let files = fs::read_dir(&folder).into_iter().flatten();
        assert_eq!(files.count(), 0, "{}", folder.display());
    }
}

#[test]
fn a_session_knows_nothing_of_how_it_is_shown() {
    let known = house().knows("session");
    assert!(
        !known.contains("cli") && !known.contains("report"),
        "{known:?}"
    );
    assert!(known.contains("run"));
}

/// Whoever looks for a rule begins there: it names every long file or its folder, and nothing that is gone.
#[test]
fn the_map_names_every_long_file_or_its_folder() {
    const LONG: usize = 300;
    const WIDEST: usize = 114;
    let root = project().join("src");
    let map = fs::read_to_string(project().join("ARCHITECTURE.md")).unwrap();
    let named: BTreeSet<&str> = map.split('`').skip(1).step_by(2).collect();
    let mut paths = Vec::new();
    collect(&root, &root, &mut paths);
    let is_code =
        |path: &&String| !path.contains("tests") && *path != "main.rs" && *path != "lib.rs";
    let mut unnamed = Vec::new();
    for path in paths.iter().filter(is_code) {
        let text = fs::read_to_string(root.join(path)).unwrap();
        let module = path.trim_end_matches(".rs");
        let folder = path
            .rsplit_once('/')
            .map(|(folder, _)| format!("{folder}/"));
        let is_named = named.contains(path.as_str())
            || (folder.is_some() && named.iter().any(|name| Some(*name) == folder.as_deref()))
            || [module.to_owned(), format!("{module}/")]
                .iter()
                .any(|name| named.contains(&**name));
        if text.lines().count() > LONG && !is_named {
            unnamed.push(path);
        }
    }
    assert!(
        unnamed.is_empty(),
        "ARCHITECTURE.md does not name {unnamed:?}"
    );
    let is_path = |name: &&&str| name.contains('/') && !name.starts_with("docs/");
    let gone: Vec<&&str> = named
        .iter()
        .filter(is_path)
        .filter(|name| !root.join(name).exists() && !project().join(name).exists())
        .collect();
    assert!(gone.is_empty(), "ARCHITECTURE.md names {gone:?}");
    let wide = map.lines().filter(|line| line.chars().count() > WIDEST);
    assert_eq!(wide.count(), 0, "lines are wrapped");
    for module in house().order {
        let is_named = [module.clone(), format!("{module}/")]
            .iter()
            .any(|name| named.contains(&**name));
        assert!(is_named, "{module}");
    }
}

/// What is called `--so` on a command line is said by `cli` and `report` alone.
#[test]
fn no_error_of_the_library_names_an_option() {
    let root = project().join("src");
    let mut paths = Vec::new();
    collect(&root, &root, &mut paths);
    let (mut errors, mut named) = (0, Vec::new());
    for path in paths {
        if ["cli", "report"]
            .iter()
            .any(|module| path.starts_with(module))
        {
            continue;
        }
        let text = fs::read_to_string(root.join(&path)).unwrap();
        for said in text.split("#[error(").skip(1) {
            errors += 1;
            let said = said.split(")]").next().unwrap_or_default();
            let mut options = said
                .split([' ', '`', '"'])
                .filter(|word| word.starts_with("--"));
            named.extend(options.next().map(|option| format!("{path}: {option}")));
        }
    }
    assert!(errors > 50, "{errors}");
    assert!(named.is_empty(), "{named:?}");
}

#[test]
fn no_files_of_a_module_use_each_other_in_a_circle() {
    if let Some(circle) = house().circle() {
        panic!("files that use each other, or are used by such:\n{circle}");
    }
}

#[test]
fn an_arrow_back_is_seen_however_it_is_written() {
    for back in [
        "use crate::run::Run;",
        "use crate::{source, run::{self, Run}};",
        "fn f() -> usize { crate::run::count() }",
        "fn f() { g(|| vec![crate::run::Run]); }",
        "use super::run::Run;",
        "mod inner { fn f() { crate::run::g(); } }",
        "#[cfg(unix)] use crate::run::Run;",
        "use crate::elsewhere::X;",
    ] {
        let house = House::of(
            &["source", "case", "run"],
            &[("case.rs", back), ("run.rs", "use crate::case::Case;")],
        );
        assert_eq!(house.against_the_list().len(), 1, "{back}");
    }
    for fine in [
        "use crate::source::Source;",
        "#[cfg(test)] mod tests { use crate::run::Run; }",
        "#[cfg(test)] use crate::run::{Run, Suite}; fn f() {}",
        "#[cfg(test)] fn f() -> Run { crate::run::Run }",
        "//! [`crate::run`] comes later.\n// crate::run::x\nconst X: &str = \"crate::run::Run\";",
        "use crate::case::Case;",
    ] {
        let house = House::of(&["source", "case", "run"], &[("case.rs", fine)]);
        assert_eq!(house.against_the_list(), [""; 0], "{fine}");
    }
}

#[test]
fn a_circle_is_seen_however_it_is_written() {
    const ASK: &str = "use crate::run::Suite; use crate::run::halt::Halt;";
    let circle = |files: &[(&str, &str)]| House::of(&["run"], files).circle();
    for back in [
        "use crate::run::ask::Asked;",
        "use super::ask::Asked;",
        "use crate::run::Asked;",
        "fn f() { crate::run::ask::ask(); }",
        "use crate::run::{judge::Judge, ask::{self, Asked}};",
    ] {
        let files = [
            (
                "run.rs",
                "mod ask; mod halt; pub use ask::{Asked, Progress}; pub struct Suite;",
            ),
            ("run/ask.rs", ASK),
            ("run/halt.rs", back),
        ];
        let found = circle(&files).unwrap_or_else(|| panic!("{back}"));
        assert!(found.contains("run/halt -> run/ask"), "{found}");
    }
    // A parent is made of its children; a child may use what the parent itself holds.
    let parent = "mod ask; mod halt; use ask::Asked; pub struct Suite;";
    let files = [
        ("run.rs", parent),
        ("run/ask.rs", ASK),
        ("run/halt.rs", "use crate::run::Suite;"),
        (
            "run/halt/watch.rs",
            "use super::Halt; use super::super::ask::Asked;",
        ),
    ];
    assert_eq!(circle(&files), None);
}
