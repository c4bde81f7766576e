//! A page as text whose titles were lost, made into plain text with titles.
//!
//! Two such texts are known: a cell a line, with a bar on the line between, where the heading is kept; and
//! a block a line, with bars in it, where the heading is lost and [`template`] makes one. In both the
//! cells are divided by bars, and the parts of a page are known by what they hold: the titles of the
//! columns, a request line with its headers, a media type.

mod request;
mod template;

use std::ops::Range;

use crate::page::row::{COLUMNS, FLAGS, place, says_none, sent_in};
use crate::page::{
    PageError, authentication, form, is_heading, is_heading_in_words, lines, media_type, title_of,
};
use crate::source::{Rendering, Source, Span};

/// In how many lines the titles of the columns stand.
const MAX_LINES_OF_COLUMNS: usize = 8;

/// The same page as plain text; none where the text is in another form.
///
/// # Errors
///
/// A [`PageError`] where a bar does not stand between two cells, or what was lost cannot be told.
pub(super) fn rendered(source: &Source) -> Option<Result<Source, PageError>> {
    let lines: Vec<Span> = lines(&source.text)
        .into_iter()
        .map(|line| source.span_of(source.slice(line).trim()))
        .filter(|line| line.end > line.start)
        .flat_map(|line| parts_of_row(source, line))
        .collect();
    let mut page = Page {
        source,
        lines,
        out: Rendering::default(),
    };
    let parameters = page.parameters()?;
    // A cell may read like a title.
    let rows = page.rows(&parameters);
    let mut lines = page.lines.iter().enumerate();
    if lines.any(|(at, line)| !rows.contains(&at) && form::is_title(source.slice(*line))) {
        return None;
    }
    Some(page.write(&parameters).map(|()| source.rendered(&page.out)))
}

/// A line as it is; a row that stands in one is its name, and what it says behind it.
fn parts_of_row(source: &Source, line: Span) -> Vec<Span> {
    let text = source.slice(line);
    let first = text.split(" |").next().unwrap_or_default();
    let divided = first.split_once(char::is_whitespace);
    let Some((name, rest)) = divided.filter(|_| first.len() < text.len()) else {
        return vec![line];
    };
    let rest = rest.trim();
    if place(rest).is_none() {
        return vec![line];
    }
    let behind = Span {
        start: source.span_of(rest).start,
        end: line.end,
    };
    vec![source.span_of(name), behind]
}

/// What divides a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token {
    Text(Span),
    /// Where the bar stands.
    Bar(usize),
}

/// Where the parameters are told, as indexes of lines.
#[derive(Debug, Clone)]
enum Parameters {
    /// The titles of the columns, with rows below.
    Table(Range<usize>),
    /// The sentence that there are none.
    None(usize),
}

/// A row: the lines of name, description, type and example.
type Row = [Vec<Span>; 4];

struct Page<'a> {
    source: &'a Source,
    /// The lines that are not empty, without the blanks around them.
    lines: Vec<Span>,
    out: Rendering,
}

impl<'a> Page<'a> {
    fn text(&self, line: usize) -> &'a str {
        self.lines
            .get(line)
            .map_or("", |line| self.source.slice(*line))
    }

    fn parameters(&self) -> Option<Parameters> {
        let columns = (0..self.lines.len()).find_map(|at| Some(at..self.columns(at)?));
        let none = || (0..self.lines.len()).find(|at| says_none(self.text(*at)));
        let is_other = || {
            self.lines
                .iter()
                .any(|line| sent_in(self.source.slice(*line)).is_some())
        };
        match columns {
            Some(columns) => Some(Parameters::Table(columns)),
            None => none().filter(|_| !is_other()).map(Parameters::None),
        }
    }

    /// The lines of the table, as far as it is one.
    fn rows(&self, parameters: &Parameters) -> Range<usize> {
        let Parameters::Table(columns) = parameters else {
            return 0..0;
        };
        let mut end = columns.end;
        while let Ok(Some((_, next))) = self.row(end) {
            end = next;
        }
        columns.start..end
    }

    /// The line behind the titles of the columns, where they begin in a line.
    fn columns(&self, at: usize) -> Option<usize> {
        if !self.text(at).starts_with(COLUMNS[0]) {
            return None;
        }
        let mut expected = COLUMNS.iter();
        let mut column = None;
        for line in at..(at + MAX_LINES_OF_COLUMNS).min(self.lines.len()) {
            for token in self.tokens(line) {
                match (token, column) {
                    (Token::Text(text), None) => {
                        column = expected
                            .next()
                            .filter(|name| self.source.slice(text) == **name);
                        column?;
                    }
                    (Token::Bar(_), Some(_)) => column = None,
                    _ => return None,
                }
            }
            if column.is_none() && expected.as_slice().is_empty() {
                return Some(line + 1);
            }
        }
        None
    }

    /// A line cut at its bars: those with blanks, or nothing, on both sides.
    fn tokens(&self, line: usize) -> Vec<Token> {
        let span = self.lines[line];
        let text = self.source.slice(span);
        let mut tokens = Vec::new();
        let mut put = |part: &str| {
            let part = part.trim();
            if !part.is_empty() {
                tokens.push(Token::Text(self.source.span_of(part)));
            }
        };
        let mut start = 0;
        let mut bars = Vec::new();
        for (at, bar) in text.match_indices('|') {
            let is_free = |c: Option<char>| c.is_none_or(char::is_whitespace);
            if is_free(text[..at].chars().next_back()) && is_free(text[at + 1..].chars().next()) {
                put(&text[start..at]);
                bars.push(span.start + at);
                start = at + bar.len();
            }
        }
        put(&text[start..]);
        tokens.extend(bars.into_iter().map(Token::Bar));
        let place = |token: &Token| match token {
            Token::Text(span) => span.start,
            Token::Bar(at) => *at,
        };
        tokens.sort_by_key(place);
        tokens
    }

    fn error(&self, offset: usize, expected: &str, found: &str) -> PageError {
        PageError::new(self.source, offset, expected, found)
    }

    /// The row that begins in a line, and the line behind it.
    fn row(&self, first: usize) -> Result<Option<(Row, usize)>, PageError> {
        if sent_in(self.text(first + 1)).is_none() {
            return Ok(None);
        }
        let source = self.source;
        let is_one_line = self.text(first + 1).contains(" |");
        let mut row: Row = Default::default();
        let mut cell = 0;
        for line in first..self.lines.len() {
            for token in self.tokens(line) {
                match token {
                    Token::Text(span) if cell == row.len() => {
                        let expected = "a row of four cells, divided by `|`";
                        return Err(self.error(span.start, expected, "a fifth cell"));
                    }
                    Token::Text(span) => {
                        if cell > 0 && sent_in(self.source.slice(span)).is_some() {
                            let expected = "`|` behind each of the four cells of a row";
                            return Err(self.error(span.start, expected, "another row"));
                        }
                        // Of a row in one line, flags end their cells.
                        let text = source.slice(span);
                        let flag = FLAGS.get(cell.wrapping_sub(1)).filter(|_| is_one_line);
                        match flag.and_then(|flag| text.strip_suffix(flag)) {
                            Some(said) if said.ends_with(char::is_whitespace) => {
                                row[cell].push(source.span_of(said.trim_end()));
                                let start = span.start + said.len();
                                row[cell].push(Span { start, ..span });
                            }
                            _ => row[cell].push(span),
                        }
                    }
                    Token::Bar(_) => cell += 1,
                }
            }
            if cell >= row.len() {
                return Ok(Some((row, line + 1)));
            }
        }
        let expected = "`|` behind each of the four cells of a row";
        Err(self.error(self.lines[first].start, expected, "the end of the text"))
    }

    fn write(&mut self, parameters: &Parameters) -> Result<(), PageError> {
        let source = self.source;
        let (before, mut at) = match parameters {
            Parameters::Table(columns) => (columns.start, columns.end),
            Parameters::None(line) => (*line, line + 1),
        };
        let mut rows = Vec::new();
        if let Parameters::Table(_) = parameters {
            while let Some((row, next)) = self.row(at)? {
                rows.push(row);
                at = next;
            }
        }
        let request = request::find(source, &self.lines, at);
        let heading = [is_heading, is_heading_in_words]
            .into_iter()
            .find_map(|is_one| {
                let is_request = |line: usize| request::is_header(self.text(line + 1));
                (0..before).find(|line| is_one(self.text(*line)) && !is_request(*line))
            });
        let description = if let Some(heading) = heading {
            self.out.take(&source.text, self.lines[heading]);
            heading + 1..before
        } else {
            let Some(request) = &request else {
                let expected =
                    "a heading such as `GET api/2.0/crm/contact/{contactid}`, or a request";
                let at = self.lines[before].start;
                return Err(self.error(at, expected, "neither above the table nor below it"));
            };
            template::write(source, request, &rows, &mut self.out)?;
            0..before
        };
        let is_remark = |line: &usize| authentication::of_line(self.text(*line)).is_some();
        let remark = description.clone().find(is_remark);
        if let Some(remark) = remark {
            self.say(" ", remark);
            self.out.take(&source.text, self.lines[remark]);
        }
        self.say("\n", before);
        let said = description.filter(|line| Some(*line) != remark);
        self.words("Description", said.collect())?;
        self.say("Parameters\n", before);
        match parameters {
            Parameters::Table(_) => self.table(&rows, before),
            Parameters::None(line) => self.out.take(&source.text, self.lines[*line]),
        }
        self.say("\n", at);
        let mut behind = self.start_of(at);
        if let Some(request) = &request {
            self.words("Remark", (at..request.line).collect())?;
            self.say("Example\n", request.line);
            request.write(source, &mut self.out);
            behind = request.end;
            let is_sent = |row: &Row| row[0].iter().any(|line| in_body(source.slice(*line)));
            let media_type = self.media_type(behind);
            if (media_type.is_some() || rows.iter().any(is_sent))
                && let Some(body) = request.body(source, media_type)
            {
                self.say("\n\n", request.line);
                self.out.take(&source.text, body);
                behind = body.end;
            }
            self.say("\n", request.line);
        }
        let answers = self.media_type(behind).or_else(|| self.example(behind));
        let end = source.text.len();
        let returned = self.lines_in(behind..answers.unwrap_or(end));
        self.words("Returns", returned.collect())?;
        if let Some(start) = answers {
            self.out
                .put("Example Response\n", Span { start, end: start });
            self.out.take(&source.text, Span { start, end });
        }
        Ok(())
    }

    fn start_of(&self, line: usize) -> usize {
        let end = self.source.text.len();
        self.lines.get(line).map_or(end, |line| line.start)
    }

    /// The lines that begin in a part of the text.
    fn lines_in(&self, part: Range<usize>) -> Range<usize> {
        let first = |offset: usize| self.lines.partition_point(|line| line.start < offset);
        first(part.start)..first(part.end)
    }

    /// Where the first media type on a line of its own stands behind a place.
    fn media_type(&self, behind: usize) -> Option<usize> {
        let mut lines = self.lines_in(behind..self.source.text.len());
        let found = lines.find(|line| media_type(self.text(*line)).is_some());
        found.map(|line| self.lines[line].start)
    }

    /// Where the first line that is JSON or XML stands behind a place.
    fn example(&self, behind: usize) -> Option<usize> {
        let mut lines = self.lines_in(behind..self.source.text.len());
        let found = lines.find(|line| self.text(*line).starts_with(['{', '[', '<']));
        found.map(|line| self.lines[line].start)
    }

    /// Says what nobody wrote, at a line.
    fn say(&mut self, text: &str, line: usize) {
        let start = self.start_of(line);
        self.out.put(text, Span { start, end: start });
    }

    /// A title and words below it, where there are any.
    fn words(&mut self, title: &str, lines: Vec<usize>) -> Result<(), PageError> {
        let is_other = |text: &str| title_of(text).is_some() || sent_in(text).is_some();
        let (first, end) = match lines.as_slice() {
            [] => return Ok(()),
            [only] if is_other(self.text(*only)) => return Ok(()),
            [first, .., last] => (*first, last + 1),
            [only] => (*only, only + 1),
        };
        self.say(title, first);
        self.say("\n", first);
        for line in lines {
            if let Some(Token::Bar(at)) = self
                .tokens(line)
                .into_iter()
                .find(|token| matches!(token, Token::Bar(_)))
            {
                let expected = "rows of four cells, divided by `|`";
                return Err(self.error(at, expected, "`|` outside of them"));
            }
            self.out.take(&self.source.text, self.lines[line]);
            self.say(" ", line);
        }
        self.say("\n", end);
        Ok(())
    }

    /// The rows with their cells between tabs.
    fn table(&mut self, rows: &[Row], columns: usize) {
        let source = self.source;
        self.say(&COLUMNS.join("\t"), columns);
        for [name, description, type_name, example] in rows {
            for line in name {
                self.behind("\n", line.start);
                self.out.take(&source.text, *line);
            }
            let end = name.last().map_or(0, |line| line.end);
            self.behind("\n", end);
            for cell in [description, type_name] {
                let is_flag = |line: &&Span| FLAGS.contains(&source.slice(**line));
                self.cell(cell.iter().filter(|line| !is_flag(line)), end);
                for flag in cell.iter().filter(is_flag) {
                    self.behind("\n", flag.start);
                    self.out.take(&source.text, *flag);
                }
            }
            // Behind the value may stand a note; a value in JSON goes on.
            let is_json = |line: &Span| source.slice(*line).starts_with(['{', '[']);
            let lines = if example.first().is_some_and(is_json) {
                example.len()
            } else {
                1
            };
            self.cell(example.iter().take(lines), end);
        }
    }

    fn cell<'b>(&mut self, lines: impl Iterator<Item = &'b Span>, behind: usize) {
        self.behind("\t", behind);
        for (at, line) in lines.enumerate() {
            if at > 0 {
                self.behind(" ", line.start);
            }
            self.out.take(&self.source.text, *line);
        }
    }

    fn behind(&mut self, text: &str, at: usize) {
        self.out.put(text, Span { start: at, end: at });
    }
}

/// Whether a line says that a parameter is sent in the body.
fn in_body(line: &str) -> bool {
    sent_in(line).is_some_and(|place| place == "body")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<Result<String, PageError>> {
        let rendered = rendered(&Source::new("boat.txt", text))?;
        Some(rendered.map(|source| source.text.to_string()))
    }

    const COLUMNS_ON_LINES: &str = "Name |\nDescription |\nType |\nExample |\n";

    #[test]
    fn what_has_titles_or_no_cells_is_in_another_form() {
        for text in [
            "GET x\nParameters\nName |\nDescription |\nType |\nExample |\n",
            "GET x\n\nsome words\n",
            "GET x\nid\nsent in url\nThis method doesn't have any parameters.\n",
            "GET x\nName |\nDescription |\nKind |\nExample |\n",
            "",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn a_page_without_parameters_is_known_by_the_sentence() {
        let text = "Menu\nGET api/2.0/x\nAll of it.\nThis method doesn't have any parameters.\n\
                    GET api/2.0/x\nHost: a.example\nAccept: application/json\nList\n\
                    application/json\n{}\n";
        let expected = "GET api/2.0/x\nDescription\nAll of it. \nParameters\n\
                        This method doesn't have any parameters.\nExample\nGET api/2.0/x\n\
                        Host: a.example\nAccept: application/json\nReturns\nList \n\
                        Example Response\napplication/json\n{}\n";
        assert_eq!(read(text).unwrap().unwrap(), expected);
    }

    #[test]
    fn a_row_in_one_line_is_the_same_row() {
        let page = |row: &str| {
            let text = format!(
                "{COLUMNS_ON_LINES}{row}GET api/2.0/boats?size=7&lines=a\nHost: a.example\nList\napplication/json\n{{}}\n"
            );
            read(&text).unwrap().unwrap()
        };
        assert_eq!(
            page(
                "size sent in url | Which size optional | number | 7 |\n\
                 lines sent in query | Which lines | Collection of strings collection | a |\n"
            ),
            page(
                "size\nsent in url\n|\nWhich size\noptional\n|\nnumber\n|\n7\n|\n\
                 lines\nsent in query\n|\nWhich lines\n|\nCollection of strings\ncollection\n|\na\n|\n"
            )
        );
    }

    #[test]
    fn a_cell_may_read_like_a_title() {
        let page = |description: &str| {
            let text = format!(
                "GET api/2.0/boats\n{COLUMNS_ON_LINES}size\nsent in url\n|\n{description}\n|\nnumber\n|\n7\n|\n\
                 GET api/2.0/boats?size=7\nHost: a.example\nList\napplication/json\n{{}}\n"
            );
            read(&text).unwrap().unwrap()
        };
        assert_eq!(page("Example"), page("Sample").replace("Sample", "Example"));
    }

    #[test]
    fn a_bar_that_divides_no_cells_is_refused() {
        for (rows, line, found) in [
            (
                "id\nsent in url\n|\na | b | number | 7 |\n",
                "9:18",
                "a fifth cell",
            ),
            (
                "id\nsent in url\n|\nBoat\n|\nnumber\n",
                "6:1",
                "the end of the text",
            ),
            (
                "id\nsent in url\n|\nBoat\n|\nnumber\n|\nto\nsent in url\n|\n",
                "14:1",
                "another row",
            ),
            (
                "id\nsent in url\n|\nBoat\n|\nnumber\n|\n7\n|\nmore |\n",
                "15:6",
                "`|` outside of them",
            ),
        ] {
            let text = format!("GET x\n{COLUMNS_ON_LINES}{rows}");
            let error = read(&text).unwrap().unwrap_err();
            assert_eq!(error.at, format!("boat.txt:{line}"), "{rows}");
            assert!(error.found.contains(found), "{error}");
        }
    }
}
