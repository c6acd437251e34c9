/** What an administrator may ask of a server at work. */
package io.evident.pipeline.control;
