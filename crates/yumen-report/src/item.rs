//! The catalogue of items: all of them in a table, and the page of one.

use serde_json::{Value, json};
use yumen_baseline::{CATALOGUE, FRAMEWORKS, Item};
use yumen_diagnostics::Message;

use crate::columns::{fit, flow, pad};
use crate::describe;
use crate::paint::Paint;
use crate::text::COLUMNS;
use crate::words::Words;

/// Columns of an item's title in the table.
const TITLE: usize = 60;

/// All items by family: severity, title, and what `yumen fix` does.
#[must_use]
pub fn list(words: &Words, paint: Paint) -> String {
    let mut lines = Vec::new();
    for family in describe::FAMILIES {
        lines.push(paint.strong(&words.text(describe::family(family))));
        for item in CATALOGUE.iter().filter(|item| item.id.family() == family) {
            let line = format!(
                "  {}  {}  {}  {}",
                item.id,
                pad(&words.text(describe::severity(item.severity)), 8),
                pad(&fit(describe::title(words, item), TITLE), TITLE),
                words.text(describe::item_kind(item.fix)),
            );
            lines.push(fit(&line, COLUMNS));
        }
        lines.push(String::new());
    }
    lines.push(words.text("item-next"));
    lines.join("\n") + "\n"
}

/// The page of an item with its severity, its fix and the clauses that it speaks for.
#[must_use]
pub fn page(words: &Words, paint: Paint, item: &Item) -> String {
    let page = describe::page(words, item);
    let title = format!("{} {}", item.id, Item::title(page));
    let mut lines: Vec<String> = flow(&title, COLUMNS)
        .iter()
        .map(|line| paint.strong(line))
        .collect();
    let about = Message::new("item-about")
        .with("severity", words.text(describe::severity(item.severity)))
        .with("family", words.text(describe::family(item.id.family())))
        .with("fix", words.text(describe::item_fix(item.fix)));
    let about = flow(&words.say(&about), COLUMNS);
    lines.extend(about.iter().map(|line| paint.muted(line)));
    lines.push(String::new());
    for line in page.lines().skip(1) {
        lines.extend(rendered(line, paint));
    }
    lines.push(String::new());
    lines.push(paint.strong(&words.text("item-clauses")));
    for framework in FRAMEWORKS {
        let mut clauses = framework.clauses_of(item.id).peekable();
        if clauses.peek().is_none() {
            continue;
        }
        lines.push(words.text(framework.title));
        for clause in clauses {
            let id = pad(clause.id, 11);
            let text = flow(&words.text(clause.title), COLUMNS - 15);
            for (number, text) in text.iter().enumerate() {
                let id = if number == 0 { id.as_str() } else { "" };
                lines.push(format!("  {}  {text}", pad(id, 11)));
            }
        }
    }
    lines.join("\n") + "\n"
}

/// A line of a page: headings strong, lists indented, paragraphs broken into lines.
fn rendered(line: &str, paint: Paint) -> Vec<String> {
    if let Some(heading) = line.strip_prefix("## ") {
        return vec![paint.strong(heading)];
    }
    if let Some(point) = line.strip_prefix("- ") {
        let lines = flow(point, COLUMNS - 4);
        let lines = lines.iter().enumerate();
        return lines
            .map(|(number, line)| match number {
                0 => format!("  - {line}"),
                _ => format!("    {line}"),
            })
            .collect();
    }
    if line.is_empty() {
        return vec![String::new()];
    }
    flow(line, COLUMNS)
}

/// All items as JSON, without their pages.
#[must_use]
pub fn list_json(words: &Words) -> Value {
    let items = CATALOGUE.iter().map(|item| fields(words, item));
    json!({ "schema": "yumen.items/1", "items": items.collect::<Vec<_>>() })
}

/// An item as JSON with its page.
#[must_use]
pub fn json(words: &Words, item: &Item) -> Value {
    let mut value = fields(words, item);
    if let Some(fields) = value.as_object_mut() {
        fields.insert("schema".to_owned(), json!("yumen.item/1"));
        fields.insert("page".to_owned(), json!(describe::page(words, item)));
    }
    value
}

fn fields(words: &Words, item: &Item) -> Value {
    let page = describe::page(words, item);
    let clauses = FRAMEWORKS.iter().flat_map(|framework| {
        let clauses = framework.clauses_of(item.id);
        clauses.map(|clause| {
            json!({
                "framework": framework.id,
                "id": clause.id,
                "title": words.text(clause.title),
            })
        })
    });
    json!({
        "id": item.id.as_str(),
        "family": words.text(describe::family(item.id.family())),
        "title": Item::title(page),
        "summary": Item::summary(page),
        "severity": item.severity.word(),
        "fix": item.fix.word(),
        "fix_says": words.text(describe::item_fix(item.fix)),
        "clauses": clauses.collect::<Vec<_>>(),
    })
}
