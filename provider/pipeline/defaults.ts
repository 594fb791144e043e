/** What is used where nothing else is named: the command line shows it without loading what reads pipelines. */

/** The configuration file, relative to the pipeline directory. */
export const DEFAULT_CONFIGURATION_FILE = "configs/config.yaml";

/** The interpreter that finds Python modules. */
export const DEFAULT_PYTHON = "python3";
