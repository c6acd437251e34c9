/** Carries out a run: loops that send what is due, and the thread that watches them and takes the figures. */
package io.evident.load.engine;
