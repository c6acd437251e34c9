/** How the road's threads rest and are woken. */
package io.evident.pipeline.agent;
