/** How long each stage of the road takes, recorded without disturbing it. */
package io.evident.pipeline.latency;
