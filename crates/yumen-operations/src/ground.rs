//! What everything is judged and decided by: `yumen.toml` and `waivers.toml`, read whole or
//! refused.

use std::fs;
use std::path::{Path, PathBuf};

use yumen_baseline::{Settings, Waiver};
use yumen_change::{Policy, Schedules, WatchSettings, sha256};
use yumen_diagnostics::section::{Section, Source};
use yumen_notify::ChannelSettings;
use yumen_reach::Internet;

use crate::failure::Failure;

/// Settings, waivers and who may do what.
#[derive(Clone, Debug, Default)]
pub struct Ground {
    /// What is declared of the network
    pub settings: Settings,
    /// What somebody answers for
    pub waivers: Vec<Waiver>,
    /// SHA-256 of `waivers.toml`; `None` if there is none
    pub waivers_hash: Option<String>,
    /// Who may propose, approve and apply
    pub policy: Policy,
    /// What is done about drift
    pub watch: WatchSettings,
    /// When what repeats itself is due
    pub schedules: Schedules,
    /// Whom to tell
    pub channels: Vec<ChannelSettings>,
    /// SHA-256 of `yumen.toml`; of nothing if there is none
    pub hash: String,
}

impl Ground {
    /// Reads both files; one that is not given is taken as empty.
    ///
    /// # Errors
    /// A file cannot be read, or has problems: half of what the user wanted is no ground.
    pub fn read(settings: Option<&Path>, waivers: Option<&Path>) -> Result<Self, Failure> {
        let read = |path: &Path| {
            fs::read_to_string(path).map_err(|error| Failure::File(path.to_owned(), error))
        };
        let mut ground = Self {
            hash: sha256(b""),
            ..Self::default()
        };
        if let Some(path) = settings {
            ground.take_settings(path, &read(path)?)?;
        }
        if let Some(path) = waivers {
            let text = read(path)?;
            let (waivers, problems) = Waiver::parse(&path.display().to_string(), &text);
            refuse(path, problems)?;
            ground.waivers = waivers;
            ground.waivers_hash = Some(sha256(text.as_bytes()));
        }
        Ok(ground)
    }

    fn take_settings(&mut self, path: &Path, text: &str) -> Result<(), Failure> {
        let name = path.display().to_string();
        let (settings, mut problems) = Settings::parse(&name, text);
        let source = Source::new(&name, text);
        if let Some(table) = source.parse() {
            let mut root = Section::new(&source, table.get_ref(), 0..0);
            self.policy = Policy::read(&mut root);
            self.watch = WatchSettings::read(&mut root);
            self.schedules = Schedules::read(&mut root);
            self.channels = ChannelSettings::read(&mut root);
        }
        problems.extend(self.policy.undeclared_owned(&settings));
        problems.extend(source.into_problems());
        problems.sort_by_key(|problem| problem.place.line);
        problems.dedup();
        refuse(path, problems)?;
        self.settings = settings;
        self.hash = sha256(text.as_bytes());
        Ok(())
    }

    /// The Internet less what is trusted.
    #[must_use]
    pub fn internet(&self) -> Internet {
        Internet::without(&self.settings.trusted)
    }
}

fn refuse(path: &Path, problems: Vec<yumen_diagnostics::section::Problem>) -> Result<(), Failure> {
    if problems.is_empty() {
        Ok(())
    } else {
        Err(Failure::Settings(PathBuf::from(path), problems))
    }
}
