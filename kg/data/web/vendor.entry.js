// What the explorer takes from its libraries; vendor.sh bundles it to vendor/sigma.min.js.
export { default as Graph } from "graphology";
export { default as Sigma } from "sigma";
export { NodeProgram } from "sigma/rendering";
export { floatColor } from "sigma/utils";
