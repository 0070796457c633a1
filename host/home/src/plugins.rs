//! The plugins that jobs can use.

use std::path::Path;

use stepwell_engine::{Library, LibraryError};
use stepwell_model::id::PluginName;
use stepwell_model::plugin::Plugin;

use crate::error::HomeError;

/// The plugins of a project, of `STEPWELL_HOME` and of the binary.
pub struct Plugins(pub(crate) Library);

/// The plugins that there are.
#[derive(Debug, Default)]
pub struct PluginListing {
    /// Sorted by name.
    pub plugins: Vec<Plugin>,
    /// Why plugins could not be loaded. They are missing above.
    pub unusable: Vec<LibraryError>,
}

impl Plugins {
    /// Loads all plugins.
    ///
    /// # Errors
    /// When a directory of plugins cannot be read.
    pub async fn list(&self) -> Result<PluginListing, HomeError> {
        let mut listing = PluginListing::default();
        for name in self.0.names()?.into_keys() {
            match self.0.load(&name).await {
                Ok(loaded) => listing.plugins.extend(loaded.map(|loaded| loaded.plugin)),
                Err(error) => listing.unusable.push(error),
            }
        }
        Ok(listing)
    }

    /// The names of all plugins, sorted. This loads none.
    ///
    /// # Errors
    /// When a directory of plugins cannot be read.
    pub fn names(&self) -> Result<Vec<PluginName>, HomeError> {
        Ok(self.0.names()?.into_keys().collect())
    }

    /// Loads one plugin: by its name, or from a component file where the text holds a `/` or a `.`.
    ///
    /// # Errors
    /// When the plugin does not exist or cannot be loaded.
    pub async fn find(&self, text: &str) -> Result<Plugin, HomeError> {
        if text.contains(['/', '.']) {
            return Ok(self.0.load_file(Path::new(text)).await?.plugin);
        }
        let loaded = match text.parse() {
            Ok(name) => self.0.load(&name).await?,
            Err(_) => None,
        };
        match loaded {
            Some(loaded) => Ok(loaded.plugin),
            None => Err(HomeError::NoPlugin { name: text.to_owned(), known: self.names()? }),
        }
    }
}
