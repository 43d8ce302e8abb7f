//! The HTML report in a real browser: no console message, no request to anywhere, nothing wider
//! than the screen, a document on paper. Needs Chromium, which `.ci/run` installs.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::html;

/// Names that Chromium goes by.
const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "chrome"];

/// Screens: a phone and a desk.
const WIDTHS: [u32; 2] = [375, 1440];

/// A page around the report, since a window of Chromium is never as narrow as a phone. It says how
/// wide the report became, folded and unfolded, and what it loaded.
const AROUND: &str = r##"<!DOCTYPE html><body style="margin:0">
<iframe src="report.html" style="border:0;width:WIDTHpx;height:800px"></iframe><pre>waiting</pre>
<script>
addEventListener("load", () => {
  const view = document.querySelector("iframe").contentWindow;
  const page = view.document;
  const said = [];
  const measure = (what) => {
    said.push(what + " " + page.documentElement.scrollWidth);
    for (const one of page.body.querySelectorAll("main *, header *, footer *")) {
      if (one.closest("svg, .scroll, .contents, .command")) continue;
      const right = one.getBoundingClientRect().right;
      if (right > WIDTH + 1) { said.push("wide " + one.tagName + "." + one.className + " " + right); break; }
    }
  };
  measure("folded");
  for (const part of page.querySelectorAll("details")) part.open = true;
  measure("unfolded");
  said.push("loaded " + view.performance.getEntriesByType("resource").length);
  const field = page.querySelector("#entries .filter input");
  field.value = "tcp 3306";
  field.dispatchEvent(new view.Event("input"));
  const rows = [...page.querySelectorAll("#entries .entry")];
  said.push("filtered " + (rows.some((row) => row.hidden) && rows.some((row) => !row.hidden)));
  document.querySelector("pre").textContent = said.join("\n");
});
</script>"##;

#[test]
fn the_page_fits_its_screen_and_is_quiet() {
    let works = |name: &&str| {
        let version = Command::new(name).arg("--version").output();
        version.is_ok_and(|output| output.status.success())
    };
    let Some(chromium) = NAMES.into_iter().find(|name| works(name)) else {
        let why = "skipped: the HTML report in a browser: no Chromium is installed\n";
        std::io::stderr().write_all(why.as_bytes()).unwrap();
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let proxy = silent_proxy();
    for language in ["en", "zh"] {
        let page = html::demo(folder.path(), language);
        fs::write(folder.path().join("report.html"), page).unwrap();
        for width in WIDTHS {
            let around = AROUND.replace("WIDTH", &width.to_string());
            fs::write(folder.path().join("around.html"), around).unwrap();
            let (shown, log) = browse(
                chromium,
                folder.path(),
                &proxy,
                "around.html",
                &["--dump-dom", "--virtual-time-budget=4000"],
            );
            let told = shown
                .split("<pre>")
                .nth(1)
                .and_then(|rest| rest.split("</pre>").next());
            let expected = format!("folded {width}\nunfolded {width}\nloaded 0\nfiltered true");
            assert_eq!(told, Some(expected.as_str()), "{language} {width}");
            let spoken: Vec<&str> = log
                .lines()
                .filter(|line| line.contains("CONSOLE"))
                .collect();
            assert_eq!(spoken, [""; 0], "{language} {width}");
        }
        browse(
            chromium,
            folder.path(),
            &proxy,
            "report.html",
            &["--no-pdf-header-footer", "--print-to-pdf=report.pdf"],
        );
        let paper = fs::read(folder.path().join("report.pdf")).unwrap();
        assert!(
            paper.starts_with(b"%PDF-") && paper.len() > 50_000,
            "{}",
            paper.len()
        );
    }
    let asked = proxy.asked.lock().unwrap();
    assert_eq!(*asked, [""; 0], "requests left the browser");
}

/// A proxy that answers nothing and writes down who was asked.
struct Proxy {
    address: String,
    asked: Arc<Mutex<Vec<String>>>,
}

/// Hosts that the browser asks of its own accord, whatever it shows: for updates and the time.
const OWN_HOSTS: [&str; 3] = [".google.com", ".googleapis.com", ".gvt1.com"];

fn silent_proxy() -> Proxy {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let asked = Arc::new(Mutex::new(Vec::new()));
    let list = Arc::clone(&asked);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let wait = Some(Duration::from_secs(2));
            let mut line = String::new();
            if stream.set_read_timeout(wait).is_ok() {
                BufReader::new(stream).read_line(&mut line).ok();
            }
            let target = line.split(' ').nth(1).unwrap_or_default();
            let host = target.split("://").last().unwrap_or_default();
            let host = host.split(['/', ':']).next().unwrap_or_default();
            if !host.is_empty() && !OWN_HOSTS.iter().any(|own| host.ends_with(own)) {
                list.lock().unwrap().push(line);
            }
        }
    });
    Proxy { address, asked }
}

/// Opens a file and gives back what was printed, and the log.
fn browse(
    chromium: &str,
    folder: &Path,
    proxy: &Proxy,
    file: &str,
    arguments: &[&str],
) -> (String, String) {
    let output = Command::new(chromium)
        .args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--hide-scrollbars",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-default-apps",
            "--disable-extensions",
            "--disable-sync",
            "--no-first-run",
            "--no-default-browser-check",
            "--allow-file-access-from-files",
            "--enable-logging=stderr",
            "--window-size=1500,1000",
        ])
        .arg(format!(
            "--user-data-dir={}",
            folder.join("profile").display()
        ))
        .arg(format!("--proxy-server=http://{}", proxy.address))
        .args(arguments)
        .arg(format!("file://{}", folder.join(file).display()))
        .current_dir(folder)
        .output()
        .unwrap();
    let log = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{log}");
    (String::from_utf8_lossy(&output.stdout).into_owned(), log)
}
