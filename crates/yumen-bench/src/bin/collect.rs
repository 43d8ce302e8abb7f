//! Collects an estate of many groups and regions from a simulated cloud within its request limits,
//! and says how many requests that took and how many it needed.
//!
//! `collect [--groups N] [--regions N] [--window MS]`; the cloud runs in a process of its own, so
//! that the memory measured is the collector's.
#![expect(clippy::print_stdout, reason = "a measurement is printed")]

use std::error::Error;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use yumen_aliyun::client::{Client, SystemClock};
use yumen_aliyun::collect::{PLAN, collect, scope};
use yumen_aliyun::credentials::Provider;
use yumen_aliyun::transport::Network;
use yumen_aliyun_protocol::limits::requests_per_window;
use yumen_cloudlab::{EstateSpec, LAB_KEY, Lab, Server, Settings, write_estate};

type Fallible<T> = Result<T, Box<dyn Error>>;

/// What the measurement is about.
struct Wish {
    groups: usize,
    regions: usize,
    /// Milliseconds of a window of the request limits
    window: u64,
}

fn main() -> Fallible<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |name: &str, otherwise: u64| -> Fallible<u64> {
        let mut pairs = arguments.windows(2);
        let given = pairs.find(|pair| pair.first().is_some_and(|of| of == name));
        match given.and_then(|pair| pair.last()) {
            Some(text) => Ok(text.parse()?),
            None => Ok(otherwise),
        }
    };
    let wish = Wish {
        groups: usize::try_from(number("--groups", 20_000)?)?,
        regions: usize::try_from(number("--regions", 10)?)?.max(1),
        window: number("--window", 60_000)?,
    };
    if arguments.iter().any(|argument| argument == "serve") {
        return serve(&wish);
    }
    measure(&wish)
}

/// Serves the estate until standard input ends; says where on the first line.
fn serve(wish: &Wish) -> Fallible<()> {
    let settings = Settings {
        window: wish.window,
        ..Settings::default()
    };
    let lab = Lab::load(estate(wish)?, settings).map_err(|error| error.why)?;
    let server = Server::start(Arc::new(Mutex::new(lab)), ([127, 0, 0, 1], 0).into(), None)?;
    println!("http://{}", server.address());
    let mut rest = Vec::new();
    std::io::stdin().read_to_end(&mut rest)?;
    Ok(())
}

/// The files of an estate: the same shape in each region, with other ids.
fn estate(wish: &Wish) -> Fallible<Vec<(String, Vec<u8>)>> {
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    for index in 0..wish.regions {
        let groups = wish.groups / wish.regions;
        let spec = EstateSpec {
            interfaces: groups * 2,
            groups,
            rules: groups * 10,
            seed: index as u64,
        };
        let region = format!("cn-region{index}");
        let begin = files.len();
        write_estate(&spec, &mut |path, bytes| {
            match files.last_mut().filter(|(last, _)| last == path) {
                Some((_, content)) => content.extend_from_slice(bytes),
                None => files.push((path.to_owned(), bytes.to_vec())),
            }
            Ok(())
        })?;
        for (path, content) in files.iter_mut().skip(begin) {
            let own = |text: &str| {
                text.replace("cn-hangzhou", &region)
                    .replace("bp1", &format!("r{index:02}"))
            };
            *path = own(path);
            *content = own(std::str::from_utf8(content)?).into_bytes();
        }
        files.retain(|(path, _)| !path.ends_with("manifest.json"));
    }
    Ok(files)
}

/// A cloud in a process of its own.
struct Cloud {
    child: Child,
    url: String,
}

impl Drop for Cloud {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn start(wish: &Wish) -> Fallible<Cloud> {
    let mut child = Command::new(std::env::current_exe()?)
        .arg("serve")
        .args(["--groups", &wish.groups.to_string()])
        .args(["--regions", &wish.regions.to_string()])
        .args(["--window", &wish.window.to_string()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let out = child.stdout.take().ok_or("no output")?;
    let mut url = String::new();
    BufReader::new(out).read_line(&mut url)?;
    Ok(Cloud {
        child,
        url: url.trim().to_owned(),
    })
}

fn measure(wish: &Wish) -> Fallible<()> {
    let cloud = start(wish)?;
    let (id, secret) = LAB_KEY;
    let provider = Provider::fixed(id, secret, None);
    let network = Arc::new(Network::new());
    let clock = Arc::new(SystemClock);
    let client = Client::new(network, provider, clock, Some(cloud.url.clone()))
        .with_window(Duration::from_millis(wish.window));
    let scope = scope(&client, None).map_err(|error| error.message().to_string())?;
    let folder = std::env::temp_dir().join(format!("yumen-collect-{}", std::process::id()));
    let before = client.sent().requests;
    let begun = Instant::now();
    let collected = collect(&client, &scope, &folder, 16, &|_| true)
        .map_err(|error| error.message().to_string())?;
    let took = begun.elapsed();
    let sent = client.sent();
    std::fs::remove_dir_all(&folder)?;
    let made = sent.requests - before;
    let needed: usize = collected.requests.values().map(Vec::len).sum();
    let allowed = windows_needed(wish, &collected.requests) * wish.window;
    println!(
        "groups {}, regions {}, window {} ms",
        wish.groups, wish.regions, wish.window
    );
    println!(
        "requests made {made}, needed {needed}, ratio {:.4}; repeated {}, throttled {}",
        made as f64 / needed as f64,
        sent.repeated,
        sent.throttled
    );
    println!(
        "time {:.1} s; the limits alone take {:.1} s",
        took.as_secs_f64(),
        allowed as f64 / 1000.0
    );
    println!(
        "gaps {}; most memory held {} MiB",
        collected.gaps.len(),
        most_memory()? >> 10
    );
    Ok(())
}

/// Full windows that must pass before the last request of the busiest action may be sent.
fn windows_needed(wish: &Wish, requests: &std::collections::BTreeMap<String, Vec<String>>) -> u64 {
    let mut most = 0;
    for region in 0..wish.regions {
        for read in PLAN {
            let (product, action) = (read.product.name, read.action);
            let prefix = format!("cn-region{region}/{product}/{action}");
            let of = requests.iter().filter(|(path, _)| {
                path.strip_prefix(&prefix)
                    .is_some_and(|rest| rest.starts_with(['/', '.']))
            });
            let count: usize = of.map(|(_, ids)| ids.len()).sum();
            let limit = requests_per_window(product, action) as usize;
            most = most.max(count.saturating_sub(1) / limit);
        }
    }
    most as u64
}

/// The most memory that this process held, in KiB.
fn most_memory() -> Fallible<u64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let number = line.and_then(|line| line.split_whitespace().next());
    Ok(number.ok_or("no VmHWM")?.parse()?)
}
