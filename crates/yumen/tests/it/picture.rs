//! The picture in the README is what the program prints: drawn from a run, compared with the file.
//! `YUMEN_UPDATE=1 cargo test -p yumen picture` draws it anew.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use unicode_width::UnicodeWidthStr;

use crate::program::yumen;

/// Width of a column and height of a line, in pixels.
const CELL: (usize, usize) = (8, 18);

#[test]
fn the_pictures_show_what_is_printed() {
    let folder = tempfile::tempdir().unwrap();
    for (language, name) in [("en", "audit.svg"), ("zh", "audit.zh-CN.svg")] {
        let run = yumen(folder.path(), &["demo", "--audit-only", "--lang", language]);
        let drawn = svg(run.out.split_once("\n\n").unwrap().1);
        let file = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../../docs")
            .join(name);
        if std::env::var_os("YUMEN_UPDATE").is_some() {
            fs::write(&file, &drawn).unwrap();
        }
        let kept = fs::read_to_string(&file).unwrap_or_default();
        assert!(
            kept == drawn,
            "docs/{name} is out of date: YUMEN_UPDATE=1 cargo test -p yumen picture"
        );
    }
}

fn svg(screen: &str) -> String {
    let lines: Vec<&str> = screen.lines().collect();
    let (width, height) = (102 * CELL.0 + 40, lines.len() * CELL.1 + 40);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" role=\"img\">\n\
         <style>text{{font:13px ui-monospace,\"Cascadia Mono\",\"DejaVu Sans Mono\",\"Noto Sans Mono CJK SC\",monospace;white-space:pre;fill:#16211D}}\
         .open{{fill:#B3261E;font-weight:600}}.latent{{fill:#8A5A00}}.muted{{fill:#55625C}}.title{{font-weight:700}}</style>\n\
         <rect width=\"{width}\" height=\"{height}\" rx=\"8\" fill=\"#FBFAF6\"/>\n"
    );
    for (number, line) in lines.iter().enumerate() {
        let class = match line.chars().next() {
            Some('●') => "open",
            Some('◐') => "latent",
            Some(' ') if line.contains(".json:") => "muted",
            _ if number == 0 => "title",
            _ => "",
        };
        let y = 20 + (number + 1) * CELL.1 - 4;
        writeln!(
            svg,
            "<text y=\"{y}\" class=\"{class}\">{}</text>",
            spans(line)
        )
        .unwrap();
    }
    svg + "</svg>\n"
}

/// The pieces of a line between wide gaps, each put where a terminal has it: fonts differ in how
/// wide Han characters are.
fn spans(line: &str) -> String {
    let mut spans = String::new();
    let mut column = 0;
    for piece in line.split_inclusive("  ") {
        let text = piece.trim_start();
        let x = 20 + (column + piece.width() - text.width()) * CELL.0;
        column += piece.width();
        if !text.trim().is_empty() {
            let text = text.trim_end().replace('&', "&amp;");
            let text = text.replace('<', "&lt;").replace('>', "&gt;");
            write!(
                spans,
                "<tspan x=\"{x}\" xml:space=\"preserve\">{text}</tspan>"
            )
            .unwrap();
        }
    }
    spans
}
