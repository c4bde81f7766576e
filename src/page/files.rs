//! Which files hold the pages.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use crate::input;
use crate::names::{closest, matches};
use crate::page::form::{PageForm, is_foreign, is_numbered, is_openapi};
use crate::page::{builtin, sign, undecoded};
use crate::source::Source;

/// Folders lie no deeper than this in one another.
const MAX_DEPTH: usize = 32;
/// More files than these in a folder are no documentation of an API.
const MAX_FILES: usize = 20_000;
/// Endings of files for readers: of these it is told which hold no page.
const FOR_READERS: [&str; 16] = [
    "adoc", "apib", "htm", "html", "markdown", "md", "mht", "mhtml", "raml", "rst", "rtf", "text",
    "txt", "wiki", "xhtm", "xhtml",
];
/// Endings of documents: one of these that cannot be read may have been a page, as those for readers.
const OF_DOCUMENTS: [&str; 3] = ["json", "yaml", "yml"];

/// What is read for pages.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PageFiles {
    /// Files, and folders with all that is below them; none for the built-in pages.
    pub paths: Vec<PathBuf>,
    /// Patterns of files that are left out; `*` stands for any part of a name.
    pub excluded: Vec<String>,
}

/// The texts of pages, and the files that could not be read.
#[derive(Debug, Default)]
pub struct Texts {
    /// The texts, in the order of the paths and the alphabet.
    pub sources: Vec<Source>,
    /// Files of a folder that could not be read, in the same order.
    pub unread: Vec<ReadError>,
    /// Files of a folder for readers, such as a licence, that hold no page; in the same order.
    pub passed_over: Vec<String>,
}

/// Why pages cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// A folder or a file cannot be read.
    #[error("cannot read {}: {error}", path.display())]
    Io {
        /// The folder or file.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// A folder holds no page.
    #[error(
        "{} holds no page: expected files with a method and a path, or an OpenAPI document",
        path.display()
    )]
    Empty {
        /// The folder.
        path: PathBuf,
    },
    /// A folder holds more files than a documentation has.
    #[error("{} holds more than {MAX_FILES} files: expected a folder of pages", path.display())]
    TooMany {
        /// The folder.
        path: PathBuf,
    },
    /// No file is meant by a pattern.
    #[error("no page is named `{pattern}`{}", nearest.as_ref().map_or(String::new(), |name| format!(", the nearest is {name}")))]
    Unmatched {
        /// The pattern of a file to leave out.
        pattern: String,
        /// The name that is most like it.
        nearest: Option<String>,
    },
    /// All that there was is left out.
    #[error("every page is left out by name")]
    AllExcluded,
}

impl PageFiles {
    /// One file, or a folder of pages.
    #[must_use]
    pub fn of(path: &Path) -> Self {
        Self {
            paths: vec![path.to_owned()],
            excluded: Vec::new(),
        }
    }

    /// Reads the texts without parsing them, each file once.
    ///
    /// What is named itself must be there and be read. Of a folder those files are taken that hold a
    /// page, or what is left of one, or an `OpenAPI` document; what is hidden is not.
    ///
    /// # Errors
    ///
    /// [`ReadError`]: what is named cannot be read, holds no page, or is left out, and a pattern that means
    /// none.
    pub fn read(&self) -> Result<Texts, ReadError> {
        let mut texts = Texts::default();
        let (mut known, mut names, mut others) = (BTreeSet::new(), Vec::new(), Vec::new());
        if self.paths.is_empty() {
            texts.sources = builtin();
            let sources = texts.sources.iter();
            names.extend(sources.map(|source| source.name.to_string()));
            texts.sources.retain(|source| !self.excludes(&source.name));
        }
        for path in &self.paths {
            let mut has_page = false;
            for file in files(path)? {
                let is_named = file == *path;
                let text = text(&file);
                let is_meant = match &text {
                    Ok(text) => is_page(text),
                    Err(_) => is_text(&file) || may_be_page(&file),
                };
                if !(is_named || is_meant) {
                    let name = plain(file.strip_prefix(path).unwrap_or(&file));
                    if is_for_readers(&file) && !self.excludes(&name) {
                        texts.passed_over.push(file.display().to_string());
                    }
                    others.push(name);
                    continue;
                }
                has_page = true;
                let below = file.strip_prefix(path).ok().filter(|_| !is_named);
                let name = plain(below.unwrap_or(&file));
                let is_excluded = self.excludes(&name);
                names.push(name);
                if is_excluded {
                    continue;
                }
                let is_new = known.insert(fs::canonicalize(&file).unwrap_or_else(|_| file.clone()));
                match text {
                    Err(error) if is_named => return Err(error),
                    _ if !is_new => {}
                    Err(error) => texts.unread.push(error),
                    Ok(text) => {
                        let name = file.display().to_string();
                        texts.sources.push(Source::new(&name, &text));
                    }
                }
            }
            if !has_page {
                return Err(ReadError::Empty { path: path.clone() });
            }
        }
        self.check(&names, &others)?;
        if texts.sources.is_empty() && texts.unread.is_empty() {
            return Err(ReadError::AllExcluded);
        }
        Ok(texts)
    }

    fn excludes(&self, name: &str) -> bool {
        self.excluded.iter().any(|pattern| means(pattern, name))
    }

    /// Sees to it that each pattern means a file, be it one that holds no page.
    fn check(&self, names: &[String], others: &[String]) -> Result<(), ReadError> {
        for pattern in &self.excluded {
            if !names.iter().chain(others).any(|name| means(pattern, name)) {
                let known: Vec<&str> = names.iter().map(String::as_str).collect();
                return Err(ReadError::Unmatched {
                    pattern: pattern.clone(),
                    nearest: closest(pattern, &known).map(str::to_owned),
                });
            }
        }
        Ok(())
    }
}

/// Whether a pattern means a file: by its path below the folder, or by its name alone.
fn means(pattern: &str, path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    matches(pattern, path) || matches(pattern, name)
}

/// A path with slashes, whatever the system writes.
fn plain(path: &Path) -> String {
    path.display().to_string().replace('\\', "/")
}

/// The one file that a path leads to, or all files below a folder, sorted; links to folders are not followed.
fn files(path: &Path) -> Result<Vec<PathBuf>, ReadError> {
    if path.exists() && !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let is_hidden = |name: &std::ffi::OsStr| name.to_string_lossy().starts_with('.');
    let walk = WalkDir::new(path).max_depth(MAX_DEPTH).sort_by_file_name();
    let entries = walk.into_iter();
    let mut files = Vec::new();
    for entry in entries.filter_entry(|entry| entry.depth() == 0 || !is_hidden(entry.file_name())) {
        let entry = entry.map_err(|error| ReadError::Io {
            path: error.path().unwrap_or(path).to_owned(),
            error: error.into(),
        })?;
        if !entry.path().is_dir() {
            files.push(entry.into_path());
        }
        if files.len() > MAX_FILES {
            return Err(ReadError::TooMany {
                path: path.to_owned(),
            });
        }
    }
    Ok(files)
}

fn text(path: &Path) -> Result<String, ReadError> {
    input::text(path).map_err(|error| ReadError::Io {
        path: path.to_owned(),
        error,
    })
}

fn has_ending(path: &Path, endings: &[&str]) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str());
    ending.is_some_and(|ending| {
        let ending = ending.to_ascii_lowercase();
        endings.contains(&ending.as_str())
    })
}

/// Whether somebody may take a file for a page, by its name.
fn is_for_readers(path: &Path) -> bool {
    path.extension().is_none() || has_ending(path, &FOR_READERS)
}

/// Whether a file that cannot be read may have been a page.
fn is_text(path: &Path) -> bool {
    has_ending(path, &FOR_READERS) || has_ending(path, &OF_DOCUMENTS)
}

/// The same of any ending, by what it holds.
fn may_be_page(path: &Path) -> bool {
    input::bytes(path).is_ok_and(|bytes| undecoded::may_be_page(&bytes))
}

/// Whether a file of a folder is a page, by what it holds.
fn is_page(text: &str) -> bool {
    // What documents an API in another notation is refused by its name.
    if is_openapi(text) || is_foreign(text) || is_numbered(text) {
        return true;
    }
    !is_data(text) && sign::is_page(text)
}

/// Whether a text is data: schemas, grammars and examples that lie beside pages name operations too.
fn is_data(text: &str) -> bool {
    let start = text.trim_start();
    if start.starts_with("<?xml") {
        return PageForm::of(text) != Some(PageForm::Html);
    }
    // A page may begin with a link, a macro of a wiki or the mark of a reader's.
    let mut values = serde_json::Deserializer::from_str(start).into_iter::<serde::de::IgnoredAny>();
    start.starts_with(['{', '[']) && values.all(|value| value.is_ok())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    const PAGE: &str = "GET api/x\n\nReturns\n\nNothing\n";

    /// A folder with some files.
    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        folder
    }

    /// What is read of a folder, without the folder's name.
    fn names(folder: &Path, excluded: &[&str]) -> Result<Vec<String>, ReadError> {
        let files = PageFiles {
            excluded: excluded.iter().map(|one| (*one).to_owned()).collect(),
            ..PageFiles::of(folder)
        };
        let prefix = format!("{}/", folder.display());
        let names = files.read()?.sources.into_iter().map(|source| {
            let name = source.name.to_string();
            name.strip_prefix(&prefix).unwrap().to_owned()
        });
        Ok(names.collect())
    }

    #[test]
    fn a_folder_is_read_to_its_depth_and_by_what_its_files_hold() {
        let folder = folder(&[
            ("b.txt", "no page"),
            ("c.txt", "words\nsent in url\n"),
            ("LICENSE", "Words."),
            ("a/style.css", "p {}"),
            ("a/deep/c.html", "<h1><b>GET</b> <i>api/x</i></h1>"),
            ("a/api.yaml", "openapi: 3.1.0\npaths: {}\n"),
            ("a/min.json", "{\"info\":{},\"openapi\":\"3.0.4\"}"),
            ("a/notes.md", "What a GETTER may do."),
            ("a/logo.svg", "<svg/>"),
            ("a/x.schema.json", "{\"description\": \"of GET api/x\"}"),
            (
                "a/x.rng",
                "<?xml version=\"1.0\"?>\n<grammar><!-- GET api/x --></grammar>",
            ),
            ("page", PAGE),
            (".git/d.txt", PAGE),
            (".e.txt", PAGE),
        ]);
        assert_eq!(
            names(folder.path(), &[]).unwrap(),
            ["a/api.yaml", "a/deep/c.html", "a/min.json", "c.txt", "page"]
        );
        let passed_over = PageFiles::of(folder.path()).read().unwrap().passed_over;
        let ends = passed_over.iter().zip(["LICENSE", "a/notes.md", "b.txt"]);
        assert!(
            ends.clone().all(|(name, end)| name.ends_with(end)),
            "{passed_over:?}"
        );
        assert_eq!(passed_over.len(), 3);
        // They may be left out by name, as what they hold changes.
        assert!(names(folder.path(), &["notes.md"]).is_ok());
    }

    #[test]
    fn what_is_left_out_is_named_by_path_or_name() {
        let folder = folder(&[("a.txt", PAGE), ("x/b.txt", PAGE), ("x/c.txt", PAGE)]);
        assert_eq!(names(folder.path(), &["x/*"]).unwrap(), ["a.txt"]);
        assert_eq!(
            names(folder.path(), &["b.txt"]).unwrap(),
            ["a.txt", "x/c.txt"]
        );
        let error = names(folder.path(), &["x/d.txt"]).unwrap_err().to_string();
        assert!(
            error.starts_with("no page is named `x/d.txt`, the nearest is x/"),
            "{error}"
        );
        let error = names(folder.path(), &["*"]).unwrap_err();
        assert!(matches!(error, ReadError::AllExcluded), "{error}");
    }

    #[test]
    fn a_file_that_is_named_twice_is_read_once() {
        let folder = folder(&[("a.txt", PAGE), ("b.txt", PAGE)]);
        let path = folder.path();
        let files = PageFiles {
            paths: vec![path.join("b.txt"), path.to_owned(), path.join("a.txt")],
            excluded: Vec::new(),
        };
        let names = files.read().unwrap().sources.into_iter();
        let names: Vec<String> = names.map(|source| source.name.to_string()).collect();
        assert_eq!(names.len(), 2);
        assert!(names[0].ends_with("b.txt"), "{names:?}");
    }

    #[test]
    fn one_file_that_cannot_be_read_stops_no_others() {
        let folder = folder(&[("a.txt", PAGE)]);
        fs::write(folder.path().join("b.html"), b"<h1>GET\xe9 api/x").unwrap();
        fs::write(folder.path().join("c.png"), b"\x89PNG\xff").unwrap();
        let texts = PageFiles::of(folder.path()).read().unwrap();
        assert_eq!(texts.sources.len(), 1);
        assert_eq!(texts.unread.len(), 1);
        assert!(texts.unread[0].to_string().contains("b.html"));
        // What is named itself is wanted.
        let named = PageFiles::of(&folder.path().join("b.html"));
        assert!(matches!(named.read(), Err(ReadError::Io { .. })));
    }

    #[test]
    fn no_page_is_passed_over_for_how_it_begins_or_ends() {
        let folder = folder(&[
            (
                "a.txt",
                "[Home](/) > [API](/api)\n\nGET api/x\n\nReturns\n\nNothing\n",
            ),
            ("b.wiki", "{toc}\n\nGET api/x\n\nReturns\n\nNothing\n"),
            ("c.text", "   [1]GET api/y\n\nGET api/x\n\n   Returns\n"),
            (
                "d.rtf",
                "{\\rtf1\\ansi\\pard GET api/\\{id\\}\\par Returns\\par}",
            ),
            (
                "e.html",
                "<html><pre>PUT api/x\nHost: a.example</pre><p>application/json</p><pre>{}</pre></html>",
            ),
            ("f.txt", "application/json{\n\"a\": 1}text/xml<a>1</a>\n"),
            ("data.json", "{\"a\": \"\\nGET api/x\\n\"}"),
            ("lines.log", "{\"a\": 1}\n{\"b\": 1}\n"),
            ("list.yaml", "[1,\n2]\n"),
            ("licence.rtf", "{\\rtf1\\ansi\\pard Words.\\par}"),
        ]);
        let path = folder.path();
        fs::write(path.join("g.pdf"), b"%PDF-1.4\n%\xe2\xe3").unwrap();
        fs::write(path.join("h.png"), b"\x89PNG\xff").unwrap();
        let pages = ["a.txt", "b.wiki", "c.text", "d.rtf", "e.html", "f.txt"];
        assert_eq!(names(path, &[]).unwrap(), pages);
        let read = PageFiles::of(path).read().unwrap();
        assert_eq!(read.unread.len(), 1);
        assert!(read.unread[0].to_string().contains("g.pdf"));
        assert!(read.passed_over.len() == 1 && read.passed_over[0].ends_with("licence.rtf"));
    }

    #[test]
    fn what_documents_an_api_in_another_notation_is_not_passed_over() {
        let folder = folder(&[
            ("a.txt", PAGE),
            (
                "b.wadl",
                "<application xmlns=\"http://wadl.dev.java.net/2009/02\"/>",
            ),
            (
                "c.json",
                "{\"info\": {\"schema\": \"https://schema.getpostman.com/json/\"}}",
            ),
            (
                "d.json",
                "// boats\n{\"openapi\": \"3.0.4\", \"paths\": {}}",
            ),
            ("e.har", "{\"log\": {}}"),
            ("f.http", "### A boat\nGET https://a.example/x\n"),
            ("g.json", "{\"type\": \"object\"}"),
        ]);
        let names = names(folder.path(), &[]).unwrap();
        assert_eq!(names, ["a.txt", "b.wadl", "c.json", "d.json", "f.http"]);
    }

    #[test]
    fn a_folder_without_pages_is_an_error() {
        let folder = folder(&[("a.md", "words")]);
        let error = PageFiles::of(folder.path()).read().unwrap_err();
        assert!(matches!(error, ReadError::Empty { .. }), "{error}");
    }
}
