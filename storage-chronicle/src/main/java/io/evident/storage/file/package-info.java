/**
 * What is asked of a file system, and nothing of what the files hold: the seam at which tests and the simulation put in
 * faults, and power cuts.
 */
package io.evident.storage.file;
